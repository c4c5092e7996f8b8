using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Queued work of a turn that ended early is removed, not skipped later.</summary>
public class QueueRemovalTests
{
    [Fact]
    public void Interrupt_TurnWaitsForAWorker_ItsPlaceIsFreeAtOnce() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Narrow(world, o => o.Concurrency(1).Capacity(3, QueueFullMode.Reject));
        Turn<int> working = chain.Start(1);
        Turn<int>[] waiting = [chain.Start(2), chain.Start(3)];
        await world.Delay(10);
        Assert.Equal(TurnOutcome.Rejected, (await chain.Start(4).Completion).Outcome);
        waiting[0].Interrupt();
        Turn<int> next = chain.Start(5);
        Assert.Equal([5], await next.Output.ToListAsync());
        Assert.Equal(300, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Completed, (await working.Completion).Outcome);
        Assert.Equal(TurnOutcome.Completed, (await waiting[1].Completion).Outcome);
    });

    [Fact]
    public void Interrupt_WorkerNeverReturns_PlacesOfThoseWhoWaitAreFreeAllTheSame() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("deaf")
            .Then("deaf", world.DeafWork<int>(1_000_000), o => o.Concurrency(1).Capacity(3, QueueFullMode.Reject))
            .Build(world.Options());
        Turn<int> deaf = chain.Start(1);
        for (int i = 0; i < 1000; i++)
        {
            Turn<int>[] two = [chain.Start(2), chain.Start(3)];
            await world.Delay(1);
            Assert.All(two, t => Assert.False(t.Completion.IsCompleted));
            Array.ForEach(two, t => t.Interrupt());
        }

        deaf.Interrupt();
        await world.Delay(2_000_000);
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public void Deadline_ManyTurnsWaitForAWorker_ThoseBehindGetIn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("deadline")
            .Then("narrow", world.Work<int>(100), o => o.Concurrency(1).Capacity(2))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(150.Milliseconds())));
        Turn<int>[] early = [.. Enumerable.Range(0, 6).Select(i => chain.Start(i))];
        await world.Delay(140);
        Turn<int> late = chain.Start(7);
        Assert.Equal([7], await late.Output.ToListAsync());
        Assert.Equal(250, world.Elapsed.TotalMilliseconds, 0.1);
        TurnResult[] results = await Task.WhenAll(early.Select(t => t.Completion));
        Assert.Equal(5, results.Count(r => r.Outcome == TurnOutcome.DeadlineExceeded));
    });

    [Fact]
    public void Interrupt_TurnsThatWaitForRoom_DoNotTakeAPlace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Narrow(world, o => o.Concurrency(1).Capacity(2));
        Turn<int>[] turns = [.. Enumerable.Range(0, 6).Select(i => chain.Start(i))];
        await world.Delay(10);
        foreach (int i in new[] { 3, 1, 2, 4 })
        {
            turns[i].Interrupt();
        }

        Assert.Equal([0], await turns[0].Output.ToListAsync());
        Assert.Equal([5], await turns[5].Output.ToListAsync());
        Assert.Equal(200, world.Elapsed.Ms());
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void Interrupt_ManyWaitAndSomeGo_TheOthersKeepTheirOrder() => VirtualWorld.Run(async world =>
    {
        List<int> order = [];
        await using Chain<int, int> chain = Chain.From<int>("order")
            .Then("narrow", async (int x, CancellationToken token) =>
            {
                order.Add(x);
                await world.Delay(1, token);
                return x;
            }, o => o.Concurrency(1))
            .Build(world.Options());
        Turn<int>[] turns = [.. Enumerable.Range(0, 100).Select(i => chain.Start(i))];
        await world.Delay(0.5);
        foreach (Turn<int> turn in turns.Where((_, i) => i % 3 == 1))
        {
            turn.Interrupt();
        }

        await Task.WhenAll(turns.Select(t => t.Completion));
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 3 != 1), order);
    });

    static Chain<int, int> Narrow(VirtualWorld world, Action<BlockSetup<int, int>> options) =>
        Chain.From<int>("narrow").Then("narrow", world.Work<int>(100), options).Build(world.Options());
}
