using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A block's budget that runs out after its turn has ended does not count as an overrun.</summary>
public class EndedTurnsBudgetTests
{
    [Theory]
    [InlineData(OverrunAction.Report)]
    [InlineData(OverrunAction.Cancel)]
    [InlineData(OverrunAction.Fallback)]
    public void Budget_RunsOutAfterTheTurnsEnd_IsNotReported(OverrunAction action) => VirtualWorld.Run(async world =>
    {
        var log = new CollectingLogger();
        await using Chain<int, int> chain = Chain.From<int>("ended")
            .Then("deaf", world.DeafWork<int>(500), o => _ = action == OverrunAction.Fallback
                ? o.Budget(100.Milliseconds()).OnOverrun(Overrun.Fallback(7))
                : o.Budget(100.Milliseconds()).OnOverrun(action))
            .Build(world.Options(o => (o.LoggerFactory, o.Grace) = (log, 10.Seconds())));
        Turn<int> turn = chain.Start(1);
        await world.Delay(50);
        turn.Interrupt();
        await world.Delay(1000);
        Assert.DoesNotContain(log.Lines, l => l.Contains("ran out of its budget", StringComparison.Ordinal));
        Assert.DoesNotContain((await turn.Completion).Report.Spans, s => s.Notes.HasFlag(SpanNotes.Overran));
        Assert.Equal(0, chain.DetachedBlocks);
    });
}
