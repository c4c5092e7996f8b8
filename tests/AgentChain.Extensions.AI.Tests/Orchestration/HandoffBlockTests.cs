using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Orchestration;

public sealed class HandoffBlockTests
{
    [Fact]
    public void Transfer_WithHistory_TheOtherAnswersInTheSameSessionAndKeepsTheConversation() => VirtualWorld.Run(async world =>
    {
        var desk = new ScriptedModel(world, [10, "one moment ", Call("t1", "transfer_to_billing")], ["never"]);
        var billing = new ScriptedModel(world, [10, "you owe 5"], [10, "still 5"]);
        HandoffBlock team = HandoffBlock.Of(t => t.Agent("desk", "Greets.", desk.Client).Agent("billing", "Knows bills.", billing.Client));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Build(world.Options());
        var session = new AgentSession("s");

        IReadOnlyList<ChatResponseUpdate> said = await chain.RunToListAsync(session.Ask("my bill?"));

        Assert.Equal("one moment you owe 5", said.Where(update => update.Role != ChatRole.Tool).Text());
        Assert.Equal(["desk", "billing"], said.Select(update => update.AuthorName).Distinct());
        Assert.Equal(["user: my bill?", "assistant: one moment  | transfer_to_billing#t1", Transferred("t1", "billing")], billing.Requests[0].Messages.Lines());
        Assert.Equal("billing", team.CurrentAgent(session));
        Assert.Single(desk.Requests);

        Assert.Equal("still 5", (await chain.RunToListAsync(session.Ask("sure?"))).Text());
        Assert.Equal(["assistant: you owe 5", "user: sure?"], billing.Requests[1].Messages.Lines()[^2..]);
        Assert.Equal("desk", team.CurrentAgent(new AgentSession()));
        History.AssertWhole(session.Messages);
    });

    [Theory]
    [InlineData(true, "one moment you owe", "one moment ", "you owe")]
    [InlineData(true, "one", "one", "")]
    [InlineData(true, "please wait one moment you owe", "one moment ", "you owe")]
    [InlineData(false, "one moment you owe", "one moment ", "you owe")]
    [InlineData(false, "one moment", "one moment ", "")]
    public void ReportHeard_AfterAHandoff_CutsTheTextOfBothAgents(bool withHistory, string heard, string first, string second) => VirtualWorld.Run(async world =>
    {
        var desk = new ScriptedModel(world, [50, "one moment ", Call("t", "transfer_to_billing")]);
        var billing = new ScriptedModel(world, ["you owe 5 dollars"], ["good bye"]);
        HandoffBlock team = HandoffBlock.Of(t => t
            .Agent("desk", "", desk.Client, agent => agent.Filler("please wait ", filler => filler.After(20.Milliseconds())))
            .Agent("billing", "", billing.Client, withHistory: withHistory));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Text().Build(world.Options());
        var session = new AgentSession();
        await using Turn<string> turn = chain.Start(session.Ask("my bill?"));
        await turn.Output.ToListAsync();

        Assert.True(session.ReportHeard(turn.Id, heard));

        await chain.RunToListAsync(session.Ask("sure?"));
        Assert.Equal(first, Said(session.Messages[1]));
        string[] known = [.. billing.Requests[1].Messages.Where(one => one.Role == ChatRole.Assistant).Select(Said)];
        Assert.Equal(withHistory ? [first, second] : [second], (second.Length > 0 ? known : [.. known, ""]));

        static string Said(ChatMessage message) => message.Text;
    });

    [Fact]
    public void Tool_WithAPlace_IsLimitedBeforeAndAfterTheLastHandoff() => VirtualWorld.Run(async world =>
    {
        int made = 0;
        var look = new TimedTool(world, "look", 100);
        var desk = new ScriptedModel(world, [Call("t", "transfer_to_billing")]);
        var billing = new ScriptedModel(world, ["hello"], [Call("1", "look")], [Call("2", "look")], ["done"]);
        HandoffBlock team = HandoffBlock.Of(t => t
            .Agent("desk", "", desk.Client)
            .Agent("billing", "", billing.Client, agent =>
            {
                made++;
                agent.Tool(look, tool => tool.Effect(Effect.Pure).Concurrency(1));
            })
            .MaxHandoffs(1));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Build(world.Options());
        var known = new AgentSession();
        await chain.RunToListAsync(known.Ask("hello"));

        await Task.WhenAll(chain.RunToListAsync(known.Ask("and now?")).AsTask(), chain.RunToListAsync(new AgentSession().Ask("hello")).AsTask());

        Assert.Equal((1, 2, 1), (made, look.Calls.Count, look.MostRunning));
    });

    [Fact]
    public void Transfer_WithoutHistory_TheOtherSeesThisTurnOnly() => VirtualWorld.Run(async world =>
    {
        var desk = new ScriptedModel(world, ["hello"], [Call("t1", "transfer_to_doctor")]);
        var doctor = new ScriptedModel(world, ["rest"], ["and drink"]);
        HandoffBlock team = HandoffBlock.Of(t => t.Agent("desk", "Greets.", desk.Client).Agent("doctor", "Heals.", doctor.Client, withHistory: false));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Build(world.Options());
        var session = new AgentSession("s");

        await chain.RunToListAsync(session.Ask("hi"));
        await chain.RunToListAsync(session.Ask("it hurts"));
        await chain.RunToListAsync(session.Ask("more?"));

        Assert.Equal(["user: it hurts"], doctor.Requests[0].Messages.Lines());
        Assert.Equal(["user: it hurts", "assistant: rest", "user: more?"], doctor.Requests[1].Messages.Lines());
    });

    [Fact]
    public void Transfer_BackAndForth_IsBoundedAndTheLastAgentCannotTransfer() => VirtualWorld.Run(async world =>
    {
        var one = new ScriptedModel(world, [Call("a", "transfer_to_two")], [Call("c", "transfer_to_two")], ["I stay"]);
        var two = new ScriptedModel(world, [Call("b", "transfer_to_one")]);
        HandoffBlock team = HandoffBlock.Of(t => t.Agent("one", "", one.Client).Agent("two", "", two.Client).MaxHandoffs(2));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Text().Build(world.Options());
        var session = new AgentSession("s");

        Assert.Equal(["I stay"], await chain.RunToListAsync(session.Ask("who?")));

        Assert.Equal((3, 1), (one.Requests.Count, two.Requests.Count));
        Assert.Equal(["transfer_to_two"], one.Requests[0].Options!.Tools!.Select(tool => tool.Name));
        Assert.Null(one.Requests[1].Options!.Tools);
        History.AssertWhole(session.Messages);
    });

    [Fact]
    public void Transfer_BesideAnotherCall_BothAreAnsweredBeforeTheOtherBegins() => VirtualWorld.Run(async world =>
    {
        var note = new TimedTool(world, "note", 200);
        var desk = new ScriptedModel(world, [Call("t", "transfer_to_billing"), Call("n", "note")]);
        var billing = new ScriptedModel(world, ["yes"]);
        HandoffBlock team = HandoffBlock.Of(t => t
            .Agent("desk", "", desk.Client, a => a.Tool(note)).Agent("billing", "", billing.Client));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Build(world.Options());
        var session = new AgentSession("s");

        await chain.RunToListAsync(session.Ask("hi"));

        Assert.Equal(200, billing.Requests[0].At);
        Assert.Equal(["0 began", "200 ended"], note.Runs);
        History.AssertWhole(session.Messages);
    });

    [Fact]
    public void Transfer_OnAHypothesisThatIsWrong_MovesNothing() => VirtualWorld.Run(async world =>
    {
        var desk = new ScriptedModel(world, [Call("t", "transfer_to_billing")], ["desk here"]);
        var billing = new ScriptedModel(world, ["billing here"]);
        HandoffBlock team = HandoffBlock.Of(t => t.Agent("desk", "", desk.Client).Agent("billing", "", billing.Client));
        var session = new AgentSession("s");
        await using var chain = Chain.From<string>("line")
            .Revise("hear", (string _, CancellationToken token) => HearAsync(world, session, token))
            .Stream("team", team, o => o.Speculate())
            .Text().Build(Eager(world));

        Assert.Equal(["desk here"], await chain.RunToListAsync("x"));

        Assert.Equal((2, 0, "desk"), (desk.Requests.Count, billing.Requests.Count, team.CurrentAgent(session)));
        Assert.Equal(["user: right", "assistant: desk here"], session.Messages.Lines());
    });

    [Fact]
    public void Interrupt_AfterTheTransfer_TheConversationStaysWithTheOther() => VirtualWorld.Run(async world =>
    {
        var desk = new ScriptedModel(world, [Call("t", "transfer_to_billing")]);
        var billing = new ScriptedModel(world, ["well ", 1000, "late"], ["as I said"]);
        HandoffBlock team = HandoffBlock.Of(t => t.Agent("desk", "", desk.Client).Agent("billing", "", billing.Client));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Text().Build(world.Options());
        var session = new AgentSession("s");
        Turn<string> turn = chain.Start(session.Ask("bill"));
        await world.Delay(100);
        await turn.DisposeAsync();

        Assert.Equal(["as I said"], await chain.RunToListAsync(session.Ask("go on")));

        Assert.Single(desk.Requests);
        History.AssertWhole(session.Messages);
    });

    [Fact]
    public void Of_BadTeams_SayTheWayOut() => VirtualWorld.Run(world =>
    {
        using ScriptedClient client = ScriptedClient.Says("x");
        Assert.Throws<AgentSetupException>(() => HandoffBlock.Of(t => t.Agent("one", "", client)));
        Assert.Throws<AgentSetupException>(() => HandoffBlock.Of(t => t.Agent("one", "", client).Agent("one", "", client)));
        Assert.Throws<ArgumentException>("name", () => HandoffBlock.Of(t => t.Agent("number one", "", client)));
        return Task.CompletedTask;
    });

    internal static ChainOptions Eager(VirtualWorld world, Action<ChainOptions>? more = null) => world.Options(o =>
    {
        o.Speculation = new AgentChain.Speculation.SpeculationOptions { Controller = new AgentChain.Speculation.EagerController() };
        more?.Invoke(o);
    });

    static string Transferred(string id, string to) => $"tool: #{id}=The conversation is handed over to {to}.";

    static async IAsyncEnumerable<Hypothesis<AgentRequest>> HearAsync(
        VirtualWorld world, AgentSession session, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative(session.Ask("wrong"), 0.9);
        await world.Delay(100, token);
        yield return Hypothesis.Final(session.Ask("right"));
    }
}
