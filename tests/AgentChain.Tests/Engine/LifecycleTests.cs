using AgentChain.Devices;
using AgentChain.Simulation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine;

public class LifecycleTests
{
    [Fact]
    public async Task WarmUpAsync_BlocksThatWarmUp_AreWarmedUpInOrderWithTheirDevice()
    {
        List<string> warmed = [];
        await using Chain<int, int> sub = Chain.From<int>("sub").Then("inside", new Warm(warmed)).Build();
        await using Chain<int, int> chain = Chain.From<int>("warm")
            .Then("first", new Warm(warmed), o => o.On("cpu"))
            .Then("cold", x => x)
            .Then("sub", sub)
            .Then("slow", new Warm(warmed), o => o.Budget(1.Seconds()).OnOverrun(Overrun.FallbackTo(new Warm(warmed))))
            .Build();
        await chain.WarmUpAsync();
        Assert.Equal(["first cpu", "sub/inside ", "slow ", "slow "], warmed);
        Assert.Equal(0, chain.Devices.OpenLeases);
        Assert.Equal(1, await chain.RunAsync(1));
    }

    [Fact]
    public async Task WarmUpAsync_BlockThrows_NamesIt()
    {
        await using Chain<int, int> chain = Chain.From<int>("warm").Then("broken", new Warm(null)).Build();
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.WarmUpAsync());
        Assert.Equal("broken", error.Block);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.WarmUpAsync(new CancellationToken(true)));
    }

    [Fact]
    public void DrainAsync_TurnsInside_WaitsForThemAndLetsNoneIn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("drain").Then("work", world.Work<int>(50)).Build(world.Options());
        Turn<int> inside = chain.Start(1);
        Task drained = chain.DrainAsync().AsTask();
        Assert.Equal(TurnOutcome.Rejected, (await chain.Start(2).Completion).Outcome);
        Assert.False(drained.IsCompleted);
        await drained;
        Assert.Equal(TurnOutcome.Completed, (await inside.Completion).Outcome);
        Assert.Equal(50, world.Elapsed.Ms());
        await chain.DrainAsync();
    });

    [Fact]
    public async Task DrainAsync_TokenFires_EndsTheWaitNotTheTurns()
    {
        var go = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("drain").Then("work", async (int x, CancellationToken _) =>
        {
            await go.Task;
            return x;
        }).Build();
        Turn<int> inside = chain.Start(1);
        using var caller = new CancellationTokenSource();
        Task drained = chain.DrainAsync(caller.Token).AsTask();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
        go.SetResult();
        Assert.Equal(TurnOutcome.Completed, (await inside.Completion).Outcome);
    }

    [Fact]
    public async Task DisposeAsync_Twice_DoesNothingMoreAndTurnsAreRejected()
    {
        Chain<int, int> chain = Chain.From<int>("gone").Then("block", x => x).Build();
        Assert.Equal(1, await chain.RunAsync(1));
        await chain.DisposeAsync();
        await chain.DisposeAsync();
        await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.RunAsync(1));
    }

    [Fact]
    public async Task DisposeAsync_RightAfterDeadlines_NothingThrowsOnTheDeadlineThread()
    {
        for (int i = 0; i < 50; i++)
        {
            Chain<int, int> chain = Chain.From<int>("short").Then("deaf", async (int x, CancellationToken token) =>
            {
                using CancellationTokenRegistration callback = token.Register(() => { });
                await Task.Delay(5.Milliseconds(), TimeProvider.System, CancellationToken.None);
                return x;
            }).Build(new ChainOptions { Budget = LatencyBudget.Total(1.Milliseconds()) });
            Task<TurnResult>[] turns = [.. Enumerable.Range(0, 5).Select(n => chain.Start(n).Completion)];
            await chain.DrainAsync();
            await chain.DisposeAsync();
            Assert.All(await Task.WhenAll(turns), r => Assert.Contains(r.Outcome, new[] { TurnOutcome.DeadlineExceeded, TurnOutcome.Completed }));
        }
    }

    /// <summary>
    /// The resources of its blocks can be disposed after it: disposing a model in the middle of a run would crash the process.
    /// </summary>
    [Theory]
    [InlineData(80, 80)]
    [InlineData(5000, 1010)]
    public void DisposeAsync_BlockStillWorksForATurnThatEnded_WaitsForItWithinTheGrace(double works, double disposed) => VirtualWorld.Run(async world =>
    {
        Chain<int, int> chain = Chain.From<int>("stubborn").Then("deaf", world.DeafWork<int>(works))
            .Build(world.Options(o => o.Grace = 1.Seconds()));
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await chain.DisposeAsync();
        Assert.Equal(disposed, world.Elapsed.Ms());
        Assert.Equal(works > disposed ? 1 : 0, chain.DetachedBlocks);
        await world.Delay(works);
    });

    [Fact]
    public async Task DisposeAsync_DevicesOfItsOwn_AreStoppedAndGivenOnesAreNot()
    {
        using var devices = new DeviceScheduler();
        Chain<int, int> given = Chain.From<int>("given").Then("block", x => x, o => o.On("cpu")).Build(new ChainOptions { Devices = devices });
        Chain<int, int> own = Chain.From<int>("own").Then("block", x => x, o => o.On("cpu")).Build();
        Assert.Equal(1, await given.RunAsync(1));
        Assert.Equal(1, await own.RunAsync(1));
        await given.DisposeAsync();
        await own.DisposeAsync();
        (await devices.AcquireAsync(new PlacementRequest("test", DeviceRequest.Any), default)).Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await own.Devices.AcquireAsync(new PlacementRequest("test", DeviceRequest.Any), default));
    }

    [Fact]
    public async Task Logger_Throws_OutcomesStand()
    {
        await using Chain<int, int> chain = Chain.From<int>("log")
            .Then("fail", int (int x) => throw new InvalidDataException())
            .Build(new ChainOptions { LoggerFactory = new BrokenLog(), Budget = LatencyBudget.Total(10.Seconds()) });
        TurnResult result = await chain.Start(1).Completion.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        await using Chain<int, int> late = Chain.From<int>("log").Then("late", async (int x, CancellationToken token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.Cancel)).Build(new ChainOptions { LoggerFactory = new BrokenLog() });
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await late.Start(1).Completion.WaitAsync(TimeSpan.FromSeconds(30))).Outcome);
    }

    [Fact]
    public void From_Builder_IsImmutableAndSharedByTwoChains() => VirtualWorld.Run(async world =>
    {
        var beginning = Chain.From<int>("shared").Then("plus", x => x + 1);
        await using Chain<int, int> one = beginning.Then("double", x => x * 2).Build(world.Options());
        await using Chain<int, int> other = beginning.Then("negate", x => -x).Build(world.Options());
        Assert.Equal(8, await one.RunAsync(3));
        Assert.Equal(-4, await other.RunAsync(3));
    });

    sealed class Warm(List<string>? warmed) : IBlock<int, int>, IWarmUp
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => ValueTask.FromResult(input);

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (warmed ?? throw new InvalidDataException()).Add($"{context.BlockName} {context.Lease?.Device.Name}");
            return default;
        }
    }

    sealed class BrokenLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("The disk is full.");

        public void Dispose()
        {
        }
    }
}
