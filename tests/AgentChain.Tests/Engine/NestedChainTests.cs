using AgentChain.Engine.Turns;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A turn's end: one error that is its own, and everything about it known at once.</summary>
public class NestedChainTests
{
    [Fact]
    public void Then_BuilderAsSubChain_ItsBlocksRunUnderItsName() => VirtualWorld.Run(async world =>
    {
        ChainBuilder<int, int> inner = Chain.From<int>("inner").Then("first", x => x + 1).Then("second", world.Work<int>(10));
        await using Chain<int, int> outer = Chain.From<int>("outer").Then("one", inner).Then("two", inner, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.Fallback(-1))).Build(world.Options());
        await using Turn<int> turn = outer.Start(1);
        Assert.Equal([-1], await turn.Output.ToListAsync());
        Assert.Equal(["one", "one/first", "one/second", "two", "two/first", "two/second"], (await turn.Completion).Report.Spans.Select(s => s.Block).Order(StringComparer.Ordinal));
        Assert.Contains("one", outer.ToMermaid(), StringComparison.Ordinal);
    });

    [Fact]
    public void Stream_BuilderAsSubChain_ItsItemsGoOn() => VirtualWorld.Run(async world =>
    {
        StreamChainBuilder<int, int> inner = Chain.From<int>("inner").Stream<int>("items", (x, _, token) => world.Count(Enumerable.Repeat(1.0, x), token)).ThenEach("add", x => x + 10);
        await using StreamChain<int, int> outer = Chain.From<int>("outer").Stream("some", inner).Build(world.Options());
        Assert.Equal([10, 11, 12], await outer.RunToListAsync(3));
    });

    [Fact]
    public void Block_ThrowsAnotherChainsError_ItIsWrappedAndTheTurnFailed() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> inner = Chain.From<int>("inner").Then("slow", world.Work<int>(500))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(50.Milliseconds())));
        await using Chain<int, int> outer = Chain.From<int>("outer").Then("ask", (int x, CancellationToken token) => inner.RunAsync(x, token))
            .Build(world.Options());
        TurnResult result = await outer.Start(1).Completion;
        Assert.Equal((TurnOutcome.Failed, TurnOutcome.Failed, "ask"), (result.Outcome, result.Error!.Outcome, result.Error.Block));
        var error = Assert.IsType<TurnDeadlineExceededException>(Assert.IsType<BlockFailedException>(result.Error).InnerException);
        Assert.Equal(50, error.Budget.TotalMilliseconds);
    });

    [Fact]
    public void Block_ThrowsABlockFailureOfAnotherChain_ItIsWrapped() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> inner = Chain.From<int>("inner").Route("same", _ => "nowhere", r => r.To("here", b => b.Then("x", x => x)))
            .Build(world.Options());
        await using Chain<int, int> outer = Chain.From<int>("outer").Then("same", (int x, CancellationToken token) => inner.RunAsync(x, token))
            .Build(world.Options());
        TurnResult result = await outer.Start(1).Completion;
        Assert.Equal("same", Assert.IsType<BlockFailedException>(Assert.IsType<BlockFailedException>(result.Error).InnerException).Block);
    });

    /// <summary>For an instant an interrupted turn could be seen as over and completed.</summary>
    [Fact]
    public async Task IsOver_TurnIsInterrupted_TheOutcomeIsKnownWithIt()
    {
        await using Chain<int, int> chain = Chain.From<int>("end").Then("wait", async (int x, CancellationToken token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build();
        int wrong = 0;
        for (int i = 0; i < 3000; i++)
        {
            Turn<int> turn = chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
            Task looking = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => state.IsOver);
                if (state.Outcome != TurnOutcome.Interrupted || state.Error is null || state.EndedAt == 0)
                {
                    Interlocked.Increment(ref wrong);
                }
            });
            turn.Interrupt();
            await looking.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(0, wrong);
    }
}
