using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/cancellation.md.</summary>
public sealed class CancellationSnippets
{
    [Fact]
    public void Block_ThatObeys_EndsWithItsTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<string[], int> chain = Chain.From<string[]>("c").Then("index", new IndexingBlock()).Build(world.Options());
        Assert.Equal(6, await chain.RunAsync(["one", "two"]));
        Turn<int> turn = chain.Start([.. Enumerable.Repeat("page", 1000)]);
        await world.Delay(25);
        turn.Interrupt();
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal(TimeSpan.Zero, quiet.Elapsed);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    #region block
    sealed class IndexingBlock : IBlock<string[], int>
    {
        public async ValueTask<int> InvokeAsync(string[] input, BlockContext context, CancellationToken cancellationToken)
        {
            int size = 0;
            foreach (string page in input)
            {
                cancellationToken.ThrowIfCancellationRequested();                      // between pieces of computation
                size += page.Length;
                await Task.Delay(10.Milliseconds(), context.Time, cancellationToken);  // in every wait
            }

            return size;
        }
    }
    #endregion

    [Fact]
    public void Interrupt_BlockIgnoresItsToken_IsDetachedAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("deaf", world.DeafWork<int>(5000)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await world.Delay(10);
        string[] lines = await Printed.ByAsync(async () =>
        {
            #region quiet
            turn.Interrupt();                                           // the turn is over now
            TurnQuiescence quiet = await turn.WhenQuiescentAsync();     // its blocks have ended, or were detached
            foreach (BlockQuiescence block in quiet.Blocks)
            {
                Console.WriteLine($"{block.Block} took {block.Elapsed.TotalMilliseconds:0} ms, detached: {block.Detached}");
            }
            #endregion
        });
        Assert.Equal(["deaf took 100 ms, detached: True"], lines);
        Assert.Equal(1, chain.DetachedBlocks);
    });

    [Fact]
    public void ReadOutput_KeepRunning_ContinuesWithTheNextItem() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("count", (n, token) => world.Count(Enumerable.Repeat(10.0, n), token))
            .Build(world.Options());
        #region keep
        await using Turn<int> turn = chain.Start(5);
        int first = await turn.ReadOutput(keepRunning: true).FirstAsync();      // leaves the loop; the turn runs on
        List<int> rest = await turn.Output.ToListAsync();                       // continues with the second item
        #endregion
        Assert.Equal(0, first);
        Assert.Equal([1, 2, 3, 4], rest);
    });

    [Fact]
    public void Output_LeftEarly_InterruptsTheTurn() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("c")
            .Stream("count", (n, token) => world.Count(Enumerable.Repeat(10.0, n), token))
            .Build(world.Options());
        await using Turn<int> turn = chain.Start(5);
        Assert.Equal(0, await turn.Output.FirstAsync());
        Assert.Equal((TurnOutcome.Interrupted, 10.Milliseconds()), ((await turn.Completion).Outcome, world.Elapsed));
    });

    [Fact]
    public void Block_OwnTimeout_FailsTheTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("client", (int _, CancellationToken _) =>
                ValueTask.FromException<int>(new TaskCanceledException("the client's own timeout")))
            .Build(world.Options());
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(1));
        Assert.IsType<TaskCanceledException>(error.InnerException);
    });
}
