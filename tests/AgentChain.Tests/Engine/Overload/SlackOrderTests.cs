using System.Runtime.CompilerServices;
using AgentChain.Costs;
using AgentChain.Simulation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>The order in which a block with limited concurrency serves the values that wait.</summary>
public class SlackOrderTests
{
    /// <summary>An input: its number, and how long the block runs for it, in milliseconds.</summary>
    public sealed record Job(int Number, int Time);

    [Fact]
    public void Queue_FewWait_TheLeastSlackGoesFirst() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        await using Chain<Job, int> chain = Build(world, order, o => o.OverloadBacklog = 8);

        await StartAsync(chain, [new(0, 100), new(1, 100), new(2, 400), new(3, 200)]);

        Assert.Equal([0, 2, 3, 1], order);
    });

    [Fact]
    public void Queue_ManyWait_TheShortestGoesFirst() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        await using Chain<Job, int> chain = Build(world, order, o => o.OverloadBacklog = 0);

        await StartAsync(chain, [new(0, 100), new(1, 100), new(2, 400), new(3, 50)]);

        Assert.Equal([0, 3, 1, 2], order);
    });

    [Fact]
    public void Queue_OrderBySlackOff_ArrivalOrder() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        await using Chain<Job, int> chain = Build(world, order, o => o.OrderBySlack = false);

        await StartAsync(chain, [new(0, 100), new(1, 100), new(2, 400), new(3, 50)]);

        Assert.Equal([0, 1, 2, 3], order);
    });

    [Fact]
    public void Queue_FunctionOfTheHostThrows_ArrivalOrderAndOneLogLine() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        var log = new CollectingLogger();
        await using Chain<Job, int> chain = Build(
            world, order, o => o.OverloadBacklog = 8, log, _ => throw new InvalidOperationException("no features"));

        await StartAsync(chain, [new(0, 100), new(1, 100), new(2, 400), new(3, 50)]);

        Assert.Equal([0, 1, 2, 3], order);
        Assert.Single(log.Messages, line => line.Contains("features for block answer", StringComparison.Ordinal));
    });

    [Fact]
    public void Queue_InterruptedWhileItWaits_OthersKeepTheirOrder() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        await using Chain<Job, int> chain = Build(world, order, o => o.OverloadBacklog = 8);
        Turn<int>[] turns = [.. new Job[] { new(0, 100), new(1, 100), new(2, 400), new(3, 200) }.Select(job => chain.Start(job))];

        turns[2].Interrupt();
        TurnResult[] ended = await OverloadTests.EndAsync(turns);

        Assert.Equal([0, 3, 1], order);
        Assert.Equal(TurnOutcome.Interrupted, ended[2].Outcome);
    });

    [Fact]
    public void Queue_ValueIsNotYetCertain_WaitsBehindThoseThatAre() => VirtualWorld.Run(async world =>
    {
        var order = new List<int>();
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Revise("hear", (x, token) => HearAsync(world, x, token))
            .Then(
                "answer",
                async (x, token) =>
                {
                    order.Add(x);
                    return await OverloadTests.Wait(world, x, 100, token);
                },
                o => o.Speculate().Concurrency(1).Cost(CostModel.Constant(100.Milliseconds())))
            .Build(world.Eager(o => OverloadTests.Limit(o, 5000).Overload!.OverloadBacklog = 8));

        Turn<int>[] turns = [chain.Start(1), chain.Start(-2, new TurnOptions { Budget = LatencyBudget.Total(1000.Milliseconds()) }), chain.Start(3)];
        await OverloadTests.EndAsync(turns);

        // The second turn has the least slack, but its value is a guess until 400 ms.
        Assert.Equal([1, 3, -2], order);
    });

    [Fact]
    public void Build_CostOfTurnOfAnotherType_NamesTheBlockAndBothTypes()
    {
        var error = Assert.Throws<ChainValidationException>(() => Chain.From<Job>("desk")
            .Then("answer", job => job.Number, o => o.CostOfTurn((string text) => default))
            .Build());

        Assert.Contains("Block 'answer'", error.Message, StringComparison.Ordinal);
        Assert.Contains("String", error.Message, StringComparison.Ordinal);
        Assert.Contains("Job", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OverloadWithoutABudget_IsRefused()
    {
        var error = Assert.Throws<ChainValidationException>(() => Chain.From<Job>("desk")
            .Then("answer", job => job.Number)
            .Build(new ChainOptions { Overload = new() }));

        Assert.Contains("ChainOptions.Overload", error.Message, StringComparison.Ordinal);
    }

    static async IAsyncEnumerable<Hypothesis<int>> HearAsync(
        VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (x < 0)
        {
            yield return Hypothesis.Tentative(x, 0.9);
            await world.Delay(400, cancellationToken);
        }

        yield return Hypothesis.Final(x);
    }

    static Chain<Job, int> Build(
        VirtualWorld world, List<int> order, Action<OverloadOptions> more, CollectingLogger? log = null, Func<Job, CostFeatures>? features = null) =>
        Chain.From<Job>("desk").Then(
            "answer",
            async (job, token) =>
            {
                order.Add(job.Number);
                return await OverloadTests.Wait(world, job.Number, job.Time, token);
            },
            o => o.Concurrency(1).Cost(new AffineCost { EachItem = 1.Milliseconds() })
                .CostOfTurn(features ?? (job => new CostFeatures { Items = job.Time })))
        .Build(world.Options(o =>
        {
            OverloadTests.Limit(o, 5000).LoggerFactory = log;
            more(o.Overload!);
        }));

    static async Task StartAsync(Chain<Job, int> chain, Job[] jobs)
    {
        TurnResult[] ended = await OverloadTests.EndAsync(jobs.Select(job => chain.Start(job)));
        Assert.All(ended, turn => Assert.Equal(TurnOutcome.Completed, turn.Outcome));
    }
}
