using AgentChain.Extensions.AI.Tests.Early;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>The times of an agent's turn: the model's, the tools', waiting and running, and the wait for the commit.</summary>
public sealed class AgentReportTests
{
    [Fact]
    public void Report_EffectfulCallOnAHypothesis_TellsTheWaitForTheCommitFromTheAgentsTime() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 300);
        var model = new ScriptedModel(world, [100, Call("1", "pay")], [50, "paid"]);
        await using var chain = Chain.From<string>("desk")
            .Revise("listen", new SimulatedRevisingBlock<string, AgentRequest>(text =>
            [
                new(0.Milliseconds(), Hypothesis.Tentative(Request(text), 0.9)),
                new(400.Milliseconds(), Hypothesis.Final(Request(text))),
            ]))
            .Stream("agent", model.Client.AsAgent(a => a.Tool(pay)), o => o.Speculate())
            .Text()
            .Build(world.Eager());

        await using Turn<string> turn = chain.Start("pay");
        TurnReport report = (await turn.Completion).Report;

        Assert.Equal(["400 began", "700 ended"], pay.Runs);
        Assert.Equal(
            [("listen", PartKind.Block, 400.0), ("agent/pay", PartKind.Inner, 300.0), ("agent", PartKind.Block, 50.0)],
            report.Parts.Select(part => (part.Owner, part.Kind, Math.Round(part.Duration.TotalMilliseconds))));
        BlockSpan agent = report.Spans.Single(span => span.Block == "agent");
        BlockSpan call = report.Spans.Single(span => span.Block == "agent/pay");
        Assert.Equal((300.0, 450.0), (agent.CommitWait.TotalMilliseconds, agent.Working.TotalMilliseconds));
        Assert.Equal((100.0, 300.0, 300.0), (call.Queued.TotalMilliseconds, call.CommitWait.TotalMilliseconds, call.Working.TotalMilliseconds));

        // Without the hypothesis, 400 + 100 + 300 + 50 instead of 750.
        Assert.Equal((100.0, 450.0), (report.Speculation.SavedToLast.TotalMilliseconds, report.Speculation.Useful.TotalMilliseconds - 400));
    });

    static AgentRequest Request(string text) => new([new ChatMessage(ChatRole.User, text)]);
}
