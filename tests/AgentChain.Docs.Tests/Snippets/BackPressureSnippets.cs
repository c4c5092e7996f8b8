using AgentChain.Simulation;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/back-pressure.md.</summary>
public sealed class BackPressureSnippets
{
    static readonly Func<string, CancellationToken, Task<string>> SearchAsync = (question, _) => Task.FromResult($"about {question}");

    static readonly Func<string, CancellationToken, IAsyncEnumerable<string>> Speak = (text, _) => text.Split(' ').ToAsyncEnumerable();

    [Fact]
    public async Task Build_EveryBound_IsAccepted()
    {
        #region bounds
        await using StreamChain<string, string> chain = Chain.From<string>("desk")
            .Then("search", SearchAsync, o => o
                .Concurrency(4)                              // four searches at once
                .Capacity(16, QueueFullMode.Reject))         // twelve more wait; the next turn is rejected
            .Stream("speak", Speak, o => o.StreamCapacity(8))
            .StreamEach("sound", Speak)
            .Build(new ChainOptions
            {
                MaxTurns = 32,                               // turns in the chain
                MaxWaitingTurns = 64,                        // turns of StartAsync that wait for one of these places
                OutputCapacity = 16,                         // items that wait for the reader
                Budget = LatencyBudget.Total(2.Seconds()),   // bounds the wait, too
            });
        #endregion
        Assert.Equal(["about", "refunds"], await chain.RunToListAsync("refunds").AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Start_ChainIsFull_IsRejectedWhereStartAsyncWaits() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("full")
            .Then("work", new SimulatedBlock<string, string>(LatencyModel.Fixed(100.Milliseconds()), x => x))
            .Build(world.Options(o => o.MaxTurns = 1));
        Turn<string> running = chain.Start("first");
        await Printed.AssertLikeItsCommentsAsync("tests/AgentChain.Docs.Tests/Snippets/BackPressureSnippets.cs#full", async () =>
        {
            #region full
            Turn<string> now = chain.Start("second");                    // the chain is full: the turn is rejected at once
            Turn<string> soon = await chain.StartAsync("third");         // returns when there is room
            Console.WriteLine((await now.Completion).Outcome);           // Rejected
            Console.WriteLine((await soon.Completion).Outcome);          // Completed
            #endregion
        });
        Assert.Equal(200.Milliseconds(), world.Elapsed);
        Assert.Equal(TurnOutcome.Completed, (await running.Completion).Outcome);
    });

    [Theory]
    [InlineData(QueueFullMode.Wait, 0)]
    [InlineData(QueueFullMode.Reject, 2)]
    public void Capacity_QueueIsFull_WaitsOrRejects(QueueFullMode mode, int rejected) => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("queue")
            .Then("work", new SimulatedBlock<string, string>(LatencyModel.Fixed(100.Milliseconds()), x => x), o => o
                .Concurrency(1)
                .Capacity(2, mode))
            .Build(world.Options());
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => chain.Start($"{i}").Completion));
        Assert.Equal(rejected, results.Count(r => r is { Outcome: TurnOutcome.Rejected, Error.Block: "work" }));
        Assert.Equal(((4 - rejected) * 100).Milliseconds(), world.Elapsed);
    });

    [Fact]
    public void Output_SlowReader_StopsTheProducer() => VirtualWorld.Run(async world =>
    {
        int produced = 0;
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("count", (n, _) => Enumerable.Range(0, n).Select(i => produced = i + 1).ToAsyncEnumerable())
            .Build(world.Options(o => o.OutputCapacity = 4));
        await using Turn<int> turn = chain.Start(1000);
        await world.Delay(10);
        Assert.InRange(produced, 4, 6);
        Assert.Equal(1000, await turn.Output.CountAsync());
    });
}
