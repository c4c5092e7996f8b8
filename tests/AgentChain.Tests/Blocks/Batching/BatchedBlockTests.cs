using AgentChain.Blocks.Batching;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Blocks.Batching;

/// <summary>When batches begin and with what, in virtual time.</summary>
public class BatchedBlockTests
{
    static readonly AffineCost Affine = new() { Start = 20.Milliseconds(), EachItem = 1.Milliseconds() };

    [Fact]
    public void Run_TurnsAtOnce_GatherUntilTheLongestWait() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = 10.Milliseconds() });

        var turns = await Batches.StartAt(world, chain, 0, 1, 2, 3);
        TurnResult[] results = await Task.WhenAll(turns.Select(t => t.Result));

        Assert.Equal(["10: 0 1 2 3"], batches.Begun);
        Assert.All(results, (r, i) => Assert.Equal((TurnOutcome.Completed, 34.0 - i), (r.Outcome, r.Report.Elapsed.Ms())));
        Assert.Equal(
            [("embed/batch", PartKind.InnerWait, 10.0), ("embed/batch", PartKind.Inner, 24.0)],
            results[0].Report.Parts.Where(p => p.Duration.Ms() > 0).Select(p => (p.Owner, p.Kind, p.Duration.Ms())));
        Assert.Single(results[3].Report.Spans, s => s.Block == "embed/batch");
    });

    [Fact]
    public void Run_BatchIsFull_BeginsAtOnce() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        var block = batches.Batched(new() { MaxSize = 3, MaxWait = 50.Milliseconds() });
        await using Chain<int, int> chain = Chain.From<int>("batch").Then("embed", block).Build(world.Options());

        int[] outputs = await Task.WhenAll(Enumerable.Range(0, 6).Select(x => chain.RunAsync(x).AsTask()));

        Assert.Equal(["0: 0 1 2", "23: 3 4 5"], batches.Begun);
        Assert.Equal([0, 10, 20, 30, 40, 50], outputs);
        Assert.Equal(new BatchCounts(2, 6), block.Counts);
    });

    [Fact]
    public void Run_BatchIsRunning_ItemsGatherForTheNext() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = TimeSpan.Zero });

        await Task.WhenAll((await Batches.StartAt(world, chain, 0, 5, 10, 15, 30)).Select(t => t.Result));

        Assert.Equal(["0: 0", "21: 1 2 3", "44: 4"], batches.Begun);
    });

    [Fact]
    public void Run_Concurrency_BatchesRunAtOnce() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = TimeSpan.Zero, Concurrency = 2 });

        await Task.WhenAll((await Batches.StartAt(world, chain, 0, 5, 10, 15)).Select(t => t.Result));

        Assert.Equal(["0: 0", "5: 1", "21: 2 3"], batches.Begun);
    });

    [Fact]
    public void Run_ArrivalsAreRare_NoItemWaits() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = 10.Milliseconds() });

        var turns = await Batches.StartAt(world, chain, [.. Enumerable.Range(0, 12).Select(i => i * 100.0)]);
        double[] took = [.. (await Task.WhenAll(turns.Select(t => t.Result))).Select(r => r.Report.Elapsed.Ms())];

        Assert.Equal([31, 31, 31, 31], took[..4]);
        Assert.All(took[4..], t => Assert.Equal(21, t));
    });

    [Fact]
    public void Run_ArrivalsBecomeFrequent_ItemsWaitAgain() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = 10.Milliseconds(), Concurrency = 100 });
        await Task.WhenAll((await Batches.StartAt(world, chain, [.. Enumerable.Range(0, 20).Select(i => i * 100.0)])).Select(t => t.Result));
        batches.Begun.Clear();

        await Task.WhenAll((await Batches.StartAt(world, chain, [.. Enumerable.Range(0, 40).Select(i => i * 1.0)])).Select(t => t.Result));

        Assert.InRange(batches.Begun.Count, 5, 15);
    });

    [Fact]
    public void Run_Deadline_BoundsTheWaitByThePredictedTimeOfOneMore() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(
            new() { MaxWait = 500.Milliseconds(), Cost = Affine }, configure: o => o.Budget(100.Milliseconds()).OnOverrun(Overrun.Cancel));

        TurnResult[] first = await Task.WhenAll((await Batches.StartAt(world, chain, 0, 10)).Select(t => t.Result));
        Assert.All(first, r => Assert.Equal(TurnOutcome.Completed, r.Outcome));

        // A batch of 3 is expected to take 23 ms, and with a probability of 0.9 before anything is known about it, less than 37 ms.
        Assert.InRange(double.Parse(batches.Begun.Single().Split(':')[0], System.Globalization.CultureInfo.InvariantCulture), 60, 75);
    });

    [Fact]
    public void Run_ChainIsPredicted_TheTimeOfWhatFollowsIsSubtracted() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        var block = batches.Batched(new() { MaxWait = 500.Milliseconds(), Cost = Affine });
        await using Chain<int, int> chain = Chain.From<int>("batch")
            .Then("embed", block, o => o.Cost(CostModel.Constant(20.Milliseconds())))
            .Then("after", world.Work<int>(100), o => o.Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Options(o => (o.Budget, o.Overload) = (LatencyBudget.Total(200.Milliseconds()), new OverloadOptions())));

        TurnResult[] results = await Task.WhenAll((await Batches.StartAt(world, chain, 0, 10)).Select(t => t.Result));

        Assert.All(results, r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
        Assert.InRange(double.Parse(batches.Begun.Single().Split(':')[0], System.Globalization.CultureInfo.InvariantCulture), 40, 75);
    });

    [Fact]
    public void Run_DeadlineAndUnknownTime_DoesNotWait() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(
            new() { MaxWait = 50.Milliseconds() }, o => o.Budget = LatencyBudget.Total(200.Milliseconds()));

        await Task.WhenAll((await Batches.StartAt(world, chain, 0, 1, 2, 200, 201, 202)).Select(t => t.Result));

        Assert.Equal(["0: 0", "51: 1 2"], batches.Begun[..2]);
        Assert.Equal("250: 3 4 5", batches.Begun[2]);
    });

    [Fact]
    public void Run_TightestDeadline_LimitsTheSize() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world, start: 10, each: 10);
        var block = batches.Batched(new() { MaxWait = TimeSpan.Zero, Cost = new AffineCost { Start = 10.Milliseconds(), EachItem = 10.Milliseconds() } });
        await using Chain<int, int> chain = Chain.From<int>("batch").Then("embed", block).Build(world.Options());
        Task<TurnResult> before = chain.Start(-1).Completion;
        await world.Delay(1);

        Task<TurnResult>[] others = [.. Enumerable.Range(0, 5).Select(x => chain.Start(x).Completion)];
        Task<TurnResult> tight = chain.Start(9, new TurnOptions { Budget = LatencyBudget.Total(90.Milliseconds()) }).Completion;
        Task<TurnResult> hopeless = chain.Start(8, new TurnOptions { Budget = LatencyBudget.Total(25.Milliseconds()) }).Completion;
        await Task.WhenAll([before, tight, hopeless, .. others]);

        // 71 ms are left when the first batch ends at 20: with a probability of 0.9 enough for three items, not for four. The item that
        // cannot meet its deadline any more limits nothing.
        Assert.Equal(["0: -1", "20: 8 9 0"], batches.Begun[..2]);
        Assert.Equal((TurnOutcome.Completed, TurnOutcome.DeadlineExceeded), ((await tight).Outcome, (await hopeless).Outcome));
        Assert.Equal("60: 1 2 3 4", batches.Begun[2]);
    });

    [Fact]
    public void Run_SeveralDevices_EachHasItsBatches() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        using var devices = new DeviceScheduler([new("gpu:0", DeviceKind.Cuda), new("gpu:1", DeviceKind.Cuda)]);
        var block = batches.Batched(new() { MaxWait = 5.Milliseconds() });
        await using Chain<int, int> chain = Chain.From<int>("batch").Then("embed", block, o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => o.Devices = devices));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(x => chain.RunAsync(x).AsTask()));

        Assert.Equal(["5: 0 2 4", "5: 1 3 5"], batches.Begun.Order());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Run_ForEachItemOfAStream_KeepsTheOrderOfEachTurn() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using StreamChain<int, int> chain = Chain.From<int>("batch")
            .Stream("items", (x, _, token) => Plus(world.Count([0, 3, 0, 7], token), x * 100))
            .ThenEach("embed", batches.Batched(new() { MaxWait = 5.Milliseconds() }))
            .Build(world.Options());

        IReadOnlyList<int>[] outputs = await Task.WhenAll(Enumerable.Range(0, 5).Select(x => chain.RunToListAsync(x).AsTask()));

        Assert.All(outputs, (items, x) => Assert.Equal([x * 1000, (x * 1000) + 10, (x * 1000) + 20, (x * 1000) + 30], items));
        Assert.True(batches.Begun.Count <= 8, string.Join(", ", batches.Begun));

        static async IAsyncEnumerable<int> Plus(IAsyncEnumerable<int> items, int more)
        {
            await foreach (int item in items)
            {
                yield return item + more;
            }
        }
    });

    [Fact]
    public void Run_ManyTurns_ABatchIsMuchFasterThanSingleRuns() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxSize = 16 });
        TimeSpan from = world.Elapsed;

        await Task.WhenAll(Enumerable.Range(0, 160).Select(x => chain.RunAsync(x).AsTask()));

        Assert.Equal(10, batches.Begun.Count);
        Assert.InRange((world.Elapsed - from).TotalMilliseconds, 360, 380); // Alone: 3,360 ms.
    });

    [Fact]
    public void Run_OnHypotheses_ARevisedOneLeavesAndTheFinalOneCounts() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = Chain.From<int>("batch")
            .Revise("hear", world.Hears((0, 1), (5, 2), (40, 2)))
            .Then("embed", batches.Batched(new() { MaxWait = 10.Milliseconds() }), o => o.Speculate())
            .Build(world.Eager());

        TurnResult[] results = await Task.WhenAll(chain.Start(0).Completion, chain.Start(0).Completion);

        Assert.All(results, r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
        Assert.Equal(["15: 2 2"], batches.Begun);
        Assert.Equal(40, world.Elapsed.Ms());
    });

    [Fact]
    public void Run_SeveralChains_ShareABatch() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        var block = batches.Batched(new() { MaxWait = 10.Milliseconds() });
        await using Chain<int, int> one = Chain.From<int>("one").Then("embed", block).Build(world.Options());
        await using Chain<int, int> two = Chain.From<int>("two").Then("embed", block).Build(world.Options());

        int[] outputs = await Task.WhenAll(one.RunAsync(1).AsTask(), two.RunAsync(2).AsTask());

        Assert.Equal([10, 20], outputs);
        Assert.Equal(["10: 1 2"], batches.Begun);
    });

    [Fact]
    public void WarmUp_Inputs_RunAloneAndTeachNothing() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(
            new() { MaxWait = 50.Milliseconds() }, o => o.Budget = LatencyBudget.Total(200.Milliseconds()));

        await chain.WarmUpAsync([7]);
        await Task.WhenAll((await Batches.StartAt(world, chain, 0, 1)).Select(t => t.Result));

        // The time of a batch is still unknown, so the first item does not wait.
        Assert.Equal(["0: 7", "21: 0", "72: 1"], batches.Begun);
    });
}
