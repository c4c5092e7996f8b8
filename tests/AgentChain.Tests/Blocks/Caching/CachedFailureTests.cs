using AgentChain.Blocks.Caching;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Blocks.Caching;

/// <summary>A run that fails, or whose turn ends, leaves nothing in the cache, and lets go of those who wait for it. In virtual time a wait without an end is seen.</summary>
public class CachedFailureTests
{
    [Fact]
    public void InvokeAsync_RunFailed_TheNextTurnRunsTheBlock() => VirtualWorld.Run(async world =>
    {
        var block = new Failing(world);
        CachingBlock<string, string, string> cached = block.Cached();
        await using Chain<string, string> chain = Over(world, cached);
        TurnResult failed = await chain.Start("a").Completion;
        Assert.IsType<InvalidDataException>(failed.Error!.InnerException);
        Assert.Equal(0, cached.Count);
        Assert.Equal("a 2", await chain.RunAsync("a"));
        Assert.Equal("a 2", await chain.RunAsync("a"));
        Assert.Equal((2, 1), (block.Runs, cached.Count));
    });

    [Fact]
    public void InvokeAsync_RunThatOthersWaitForFails_OneOfThemRunsTheBlockAndTheRestShareThat() => VirtualWorld.Run(async world =>
    {
        var block = new Failing(world);
        await using Chain<string, string> chain = Over(world, block.Cached());
        Turn<string>[] turns = [.. Enumerable.Range(0, 4).Select(_ => chain.Start("a"))];
        TurnResult[] results = await Task.WhenAll(turns.Select(t => t.Completion));
        Assert.Equal([TurnOutcome.Failed, TurnOutcome.Completed, TurnOutcome.Completed, TurnOutcome.Completed], results.Select(r => r.Outcome));
        foreach (Turn<string> turn in turns[1..])
        {
            Assert.Equal("a 2", await turn.Output.SingleAsync());
        }

        Assert.Equal((2, 200.0), (block.Runs, world.Elapsed.Ms()));
    });

    [Fact]
    public void InvokeAsync_TurnWhoseRunOthersWaitForEnds_OneOfThemRunsTheBlock() => VirtualWorld.Run(async world =>
    {
        var block = new Failing(world) { FailsOn = 0 };
        await using Chain<string, string> chain = Over(world, block.Cached());
        Turn<string> first = chain.Start("a");
        Turn<string> second = chain.Start("a");
        await world.Delay(50);
        first.Interrupt();
        Assert.Equal("a 2", await second.Output.SingleAsync());
        Assert.Equal(150, world.Elapsed.Ms());
    });

    [Fact]
    public void InvokeAsync_WaitsForAnothersRun_ObeysItsOwnToken() => VirtualWorld.Run(async world =>
    {
        var block = new Failing(world) { FailsOn = 0 };
        await using Chain<string, string> chain = Over(world, block.Cached());
        Turn<string> first = chain.Start("a");
        Turn<string> second = chain.Start("a");
        await world.Delay(50);
        second.Interrupt();
        Assert.Equal(0, (await second.WhenQuiescentAsync()).Elapsed.Ms());
        Assert.Equal(50, world.Elapsed.Ms());
        Assert.Equal("a 1", await first.Output.SingleAsync());
    });

    static Chain<string, string> Over(VirtualWorld world, IBlock<string, string> block) =>
        Chain.From<string>("cached").Then("block", block).Build(world.Options());

    /// <summary>Works for 100 ms and fails the first time.</summary>
    sealed class Failing(VirtualWorld world) : IBlock<string, string>
    {
        public int Runs { get; private set; }

        public int FailsOn { get; init; } = 1;

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            int run = ++Runs;
            Assert.True(run < 100, "The block runs without end.");
            await world.Delay(100, cancellationToken);
            return run == FailsOn ? throw new InvalidDataException() : $"{input} {run}";
        }
    }
}
