using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>What a chain predicts of its waits, in virtual time. A run of the block takes 100 ms, which is known.</summary>
public class PredictedWaitTests
{
    static readonly ComputeDevice Gpu = new("gpu", DeviceKind.Cuda) { MaxLeases = 1 };

    [Fact]
    public void Predict_TwoWorkersAreBusy_CountsThoseWhoWaitAndTheRunThatEndsFirst() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = One(world, o => o.Concurrency(2));
        Turn<int>[] turns = [.. Enumerable.Range(0, 6).Select(i => chain.Start(i))];

        // Four wait, and one of the two workers is free after 0.75 of a run's time.
        Assert.Equal(100 * 4.75 / 2, Waiting(chain), 5.0);
        await OverloadTests.EndAsync(turns);
    });

    [Fact]
    public void Predict_AWorkerIsFree_CountsNoWait() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = One(world, o => o.Concurrency(2));
        Turn<int> turn = chain.Start(1);

        Assert.Equal(0, Waiting(chain));
        await turn.Completion;
    });

    [Fact]
    public void Predict_TurnsAreOnTheirWay_CountWhereTheyWillWait() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Two(world, o => o.Concurrency(1));
        Turn<int>[] turns = [.. Enumerable.Range(0, 5).Select(i => chain.Start(i))];

        // Of five that come and the run of the first, 100 ms are over on arrival; what waits now counts 0.4.
        Assert.Equal(0.4 * ((100 * 5.75) - 100), Waiting(chain), 5.0);
        await OverloadTests.EndAsync(turns);
    });

    [Fact]
    public void Start_BurstBeforeAnythingWaits_RejectsTheRestAtTheDoor() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Two(world, o => o.Concurrency(1));
        var options = new TurnOptions { Budget = LatencyBudget.Total(800.Milliseconds()) };

        TurnResult[] ended = await OverloadTests.EndAsync(Enumerable.Range(0, 100).Select(i => chain.Start(i, options)));

        Assert.InRange(ended.Count(turn => turn.Outcome == TurnOutcome.Completed), 6, 7);
        Assert.True(ended.Count(turn => turn.Outcome == TurnOutcome.Rejected && turn.Report.Elapsed == TimeSpan.Zero) > 75);
    });

    [Fact]
    public void Predict_ValuesUsuallyWait_CountsThatAlsoWhereNoneWaits() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Two(world, o => o.Concurrency(1));
        await OverloadTests.EndAsync([chain.Start(1), chain.Start(2)]);

        // One of two has waited 100 ms, which is not the usual wait yet.
        Assert.InRange(Waiting(chain), 0.1, 10);
        for (int i = 0; i < 50; i++)
        {
            await OverloadTests.EndAsync([chain.Start(1), chain.Start(2)]);
        }

        Assert.InRange(Waiting(chain), 25, 50);
    });

    [Fact]
    public void Predict_QueueIsOverloaded_CountsOnlyThoseThatAreNotLonger() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, x, token), o => o
                .Concurrency(1).Cost(new AffineCost { EachItem = 1.Milliseconds() }).CostOfTurn((int x) => new CostFeatures { Items = x }))
            .Build(world.Options(o => OverloadTests.Limit(o, 60_000).Overload!.OverloadBacklog = 2));
        for (int i = 0; i < 30; i++)
        {
            await chain.RunAsync(100);
        }

        Turn<int>[] turns = [.. Enumerable.Range(0, 9).Select(_ => chain.Start(100))];

        Assert.Equal(75, chain.Predict(10).Waiting.TotalMilliseconds, 3.0);
        Assert.Equal(875, chain.Predict(1000).Waiting.TotalMilliseconds, 15.0);
        await OverloadTests.EndAsync(turns);
    });

    [Fact]
    public void Predict_DeviceIsTaken_CountsTheWaitForIt() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Gpu, ComputeDevice.Cpu()]);
        await using Chain<int, int> chain = One(world, o => o.On(DeviceKind.Cuda), devices);
        Assert.Equal(0, Waiting(chain));
        using DeviceLease held = await devices.AcquireAsync(new("another", DeviceRequest.OfKind(DeviceKind.Cuda)), CancellationToken.None);

        Assert.Equal(75, Waiting(chain), 2.0);
    });

    [Fact]
    public void Predict_TwoDevicesAreTaken_OneIsSoonFree() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Gpu, Gpu with { Name = "gpu 2" }]);
        await using Chain<int, int> chain = One(world, o => o.On(DeviceKind.Cuda), devices);
        using DeviceLease one = await devices.AcquireAsync(new("another", DeviceRequest.Any), CancellationToken.None);
        using DeviceLease two = await devices.AcquireAsync(new("another", DeviceRequest.Any), CancellationToken.None);

        Assert.Equal(37.5, Waiting(chain), 1.0);
    });

    [Fact]
    public void Predict_TurnsAreOnTheirWayToTheDevice_CountTheWaitForIt() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Gpu]);
        await using Chain<int, int> chain = Two(world, o => o.On(DeviceKind.Cuda), devices);
        Turn<int>[] turns = [.. Enumerable.Range(0, 3).Select(i => chain.Start(i))];

        Assert.Equal(0.4 * ((100 * 2.75) - 100), Waiting(chain), 3.0);
        await OverloadTests.EndAsync(turns);
    });

    [Fact]
    public void Block_TheQueuesAfterItHaveFilled_EndsTheTurnBeforeItsWork() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("load", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Then("search", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o.Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => OverloadTests.Limit(o, 60_000)));
        Turn<int> first = chain.Start(0, new TurnOptions { Budget = LatencyBudget.Total(500.Milliseconds()) });
        await world.Delay(50, CancellationToken.None);
        Turn<int>[] others = [.. Enumerable.Range(1, 30).Select(i => chain.Start(i))];

        TurnResult ended = await first.Completion;

        Assert.Equal((TurnOutcome.Rejected, "search"), (ended.Outcome, ended.Error!.Block));
        Assert.Equal(100.Milliseconds(), ended.Report.Elapsed);
        await OverloadTests.EndAsync(others);
    });

    static double Waiting(Chain<int, int> chain) => chain.Predict(1).Waiting.TotalMilliseconds;

    static Chain<int, int> One(VirtualWorld world, Func<BlockSetup<int, int>, BlockSetup<int, int>> configure, IDeviceScheduler? devices = null) =>
        Answers(world, Chain.From<int>("desk"), configure, devices, "answer");

    static Chain<int, int> Two(VirtualWorld world, Func<BlockSetup<int, int>, BlockSetup<int, int>> configure, IDeviceScheduler? devices = null) =>
        Answers(
            world,
            Chain.From<int>("desk").Then("search", (x, token) => OverloadTests.Wait(world, x, 100, token)),
            configure,
            devices,
            "search",
            "answer");

    static Chain<int, int> Answers(
        VirtualWorld world,
        ChainBuilder<int, int> chain,
        Func<BlockSetup<int, int>, BlockSetup<int, int>> configure,
        IDeviceScheduler? devices,
        params string[] blocks)
    {
        var costs = new CostBook();
        for (int i = 0; i < 30; i++)
        {
            foreach (string block in blocks)
            {
                costs.Of(block, block == "answer" && devices is not null ? "gpu" : "").Observe(default, 100.Milliseconds());
            }
        }

        return chain.Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => configure(o)).Build(world.Options(o =>
        {
            OverloadTests.Limit(o, 60_000).Costs = costs;
            o.Devices = devices ?? o.Devices;
        }));
    }
}
