using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A chain that is disposed ends the warm-up of its blocks, so that their resources can be disposed after it.</summary>
public class WarmUpEndTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DisposeAsync_BlockWarmsUp_EndsItFirst(bool hasInputs) => VirtualWorld.Run(async world =>
    {
        var block = new Slow(world, 500, obeys: true);
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        Chain<int, int> chain = Build(world, block, devices);
        Task warming = hasInputs ? chain.WarmUpAsync([1]).AsTask() : chain.WarmUpAsync().AsTask();
        await world.Delay(100);
        Assert.True(block.IsBusy);
        await chain.DisposeAsync();
        Assert.False(block.IsBusy);
        Assert.Equal((100.0, 0, 0, 0), (world.Elapsed.Ms(), chain.DetachedBlocks, devices.OpenLeases, devices.StuckLanes));
        await Assert.ThrowsAsync<TurnInterruptedException>(() => warming);
    });

    [Fact]
    public void DisposeAsync_WarmUpIgnoresItsToken_IsLeftBehindAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        var block = new Slow(world, 5000, obeys: false);
        Chain<int, int> chain = Build(world, block, null);
        Task warming = chain.WarmUpAsync().AsTask();
        await world.Delay(100);
        await chain.DisposeAsync();
        Assert.True(block.IsBusy);
        Assert.Equal((400.0, 1), (world.Elapsed.Ms(), chain.DetachedBlocks));
        await Assert.ThrowsAsync<TurnInterruptedException>(() => warming);
        await world.Delay(5000);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void DisposeAsync_WarmUpWasCanceledAndStillWorks_WaitsForIt() => VirtualWorld.Run(async world =>
    {
        var block = new Slow(world, 300, obeys: false);
        Chain<int, int> chain = Build(world, block, null);
        using var source = new CancellationTokenSource(100.Milliseconds(), world.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.WarmUpAsync(source.Token));
        Assert.Equal((100.0, true), (world.Elapsed.Ms(), block.IsBusy));
        await chain.DisposeAsync();
        Assert.Equal((300.0, false, 0), (world.Elapsed.Ms(), block.IsBusy, chain.DetachedBlocks));
    });

    [Fact]
    public async Task DisposeAsync_CallbackOfTheWarmUpThrows_Completes()
    {
        var registered = new TaskCompletionSource();
        Chain<int, int> chain = Chain.From<int>("warm").Then("rude", new Rude(registered)).Build();
        Task warming = chain.WarmUpAsync().AsTask();
        await registered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await chain.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        await chain.DisposeAsync();
        await Assert.ThrowsAsync<TurnInterruptedException>(() => warming.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, chain.DetachedBlocks);
    }

    [Fact]
    public void WarmUpAsync_DisposedChain_TouchesNoBlock() => VirtualWorld.Run(async world =>
    {
        var block = new Slow(world, 10, obeys: true);
        Chain<int, int> chain = Build(world, block, null);
        await chain.DisposeAsync();
        TurnRejectedException error = await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.WarmUpAsync());
        Assert.Contains("'warm' is disposed", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.WarmUpAsync([1]));
        Assert.Equal(0, block.Warmed);
    });

    static Chain<int, int> Build(VirtualWorld world, Slow block, DeviceScheduler? devices) => Chain.From<int>("warm")
        .Then("slow", block, o =>
        {
            if (devices is not null)
            {
                o.On("cpu");
            }
        })
        .Build(world.Options(o => (o.Devices, o.Grace) = (devices, 300.Milliseconds())));

    sealed class Rude(TaskCompletionSource registered) : IBlock<int, int>, IWarmUp
    {
        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            await using CancellationTokenRegistration one = cancellationToken.Register(static () => throw new FormatException());
            registered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken);
        }

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Slow(VirtualWorld world, double milliseconds, bool obeys) : IBlock<int, int>, IWarmUp
    {
        public bool IsBusy { get; private set; }

        public int Warmed { get; private set; }

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            (IsBusy, Warmed) = (true, Warmed + 1);
            try
            {
                await world.Delay(milliseconds, obeys ? cancellationToken : CancellationToken.None);
            }
            finally
            {
                IsBusy = false;
            }
        }

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }
}
