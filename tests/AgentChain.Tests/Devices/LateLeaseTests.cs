using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
#pragma warning disable CA2012 // Value tasks are looked at before they are awaited, once each.

namespace AgentChain.Tests.Devices;

/// <summary>A device scheduler that does not look at its token gives its leases when it likes.</summary>
public class LateLeaseTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lease_ComesLongAfterTheTurn_GoesBackAndTheRunIsCountedOut(bool stream) => VirtualWorld.Run(async world =>
    {
        using var inner = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        var devices = new Late(world, inner);
        int begun = 0;
        await using ChainBase<int, int> chain = stream
            ? Chain.From<int>("late").Stream<int>("model", (x, _, token) => Begin(world.Count([1], token)), o => o.On("cpu")).Build(Options())
            : Chain.From<int>("late").Then("model", (int x, CancellationToken _) => Begin(ValueTask.FromResult(x)), o => o.On("cpu")).Build(Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await world.Delay(100);
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(1000);
        Assert.Equal((0, 0, 0, 0), (chain.DetachedBlocks, inner.OpenLeases, begun, chain.LiveTurns));

        ChainOptions Options() => world.Options(o => (o.Devices, o.Grace) = (devices, 50.Milliseconds()));

        T Begin<T>(T result)
        {
            begun++;
            return result;
        }
    });

    [Fact]
    public void Lease_ComesWithinTheGrace_GoesBack() => VirtualWorld.Run(async world =>
    {
        using var inner = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        await using Chain<int, int> chain = Chain.From<int>("late").Then("model", world.Work<int>(10), o => o.On("cpu"))
            .Build(world.Options(o => (o.Devices, o.Grace) = (new Late(world, inner), 5.Seconds())));
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        turn.Interrupt();
        Assert.Equal(490, Math.Round((await turn.WhenQuiescentAsync()).Elapsed.TotalMilliseconds));
        Assert.Equal((0, 0), (chain.DetachedBlocks, inner.OpenLeases));
    });

    [Fact]
    public void AcquireAsync_Throws_TheTurnFailsByName() => VirtualWorld.Run(async world =>
    {
        using var inner = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        await using Chain<int, int> chain = Chain.From<int>("bad").Then("model", world.Work<int>(10), o => o.On("cpu"))
            .Build(world.Options(o => o.Devices = new Late(world, inner) { Throws = true }));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, "model"), (result.Outcome, result.Error!.Block));
        Assert.IsType<InvalidDataException>(result.Error.InnerException);
    });

    sealed class Late(VirtualWorld world, DeviceScheduler inner) : IDeviceScheduler
    {
        public bool Throws { get; init; }

        public IReadOnlyList<ComputeDevice> Devices => inner.Devices;

        public int OpenLeases => inner.OpenLeases;

        public int StuckLanes => inner.StuckLanes;

        public async ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken)
        {
            await world.Delay(500, CancellationToken.None);
            return Throws ? throw new InvalidDataException() : await inner.AcquireAsync(request, CancellationToken.None);
        }
    }
}
