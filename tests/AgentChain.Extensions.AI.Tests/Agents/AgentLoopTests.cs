using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>The rounds of model and tools. Each test is named after the fault that it prevents.</summary>
public sealed class AgentLoopTests
{
    [Fact]
    public void Call_MessageGoesOn_StartsBeforeTheMessageEnds() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [100, Call("1", "look"), 500, "one moment"], ["found"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(look))).Build(world.Options());

        await chain.RunToListAsync(Request());

        Assert.Equal(["100 began", "400 ended"], look.Runs);
        Assert.Equal([0.0, 600.0], model.Requests.Select(one => one.At));
    });

    [Fact]
    public void Text_BeforeAndBetweenCalls_IsReadAtOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [50, "let me see ", Call("1", "look"), 10, "still looking "], [20, "here it is"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(look))).Text().Build(world.Options());
        await using Turn<string> turn = chain.Start(Request());
        List<string> heard = [];
        await foreach (string text in turn.Output)
        {
            heard.Add($"{world.Elapsed.TotalMilliseconds} {text}");
        }

        Assert.Equal(["50 let me see ", "60 still looking ", "370 here it is"], heard);
    });

    [Fact]
    public void Tool_ReadsWhatTheTurnCarries() => VirtualWorld.Run(async world =>
    {
        var caller = new TurnKey<string>("caller");
        var other = new TurnKey<string>("other");
        List<string?> read = [];
        var look = AIFunctionFactory.Create(
            (AIFunctionArguments arguments) =>
            {
                ToolCall call = ToolCall.From(arguments)!;
                read.AddRange([call.Get(caller), call.Get(other)]);
            }, "look");
        var model = new ScriptedModel(world, [Call("1", "look")], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Tap("carry", (_, context) => context.Set(caller, "maria"))
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look))).Build(world.Options());

        await chain.RunToListAsync(Request());

        Assert.Equal(["maria", null], read);
    });

    [Fact]
    public void Report_TurnWaitsForATool_TellsItsTimeFromTheModels() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var model = new ScriptedModel(world, [50, Call("1", "look"), 100, Call("2", "look", ("n", 2)), 10], [40, "done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look, t => t.Effect(Effect.Pure).Concurrency(1)))).Text().Build(world.Options());
        await using Turn<string> turn = chain.Start(Request());
        await turn.Output.ToListAsync();

        TurnReport report = (await turn.Completion).Report;

        Assert.Equal(
            ["agent Block 160", "agent/look InnerWait 190", "agent/look Inner 300", "agent Block 40"],
            report.Parts.Select(part => $"{part.Owner} {part.Kind} {part.Duration.TotalMilliseconds}"));
        Assert.Equal([(50, 0, 300), (150, 200, 300)], report.Spans.Where(span => span.Block == "agent/look").Select(span =>
            ((int)span.Queued.TotalMilliseconds, (int)(span.Started - span.Queued).TotalMilliseconds, (int)(span.Ended - span.Started).TotalMilliseconds)));
        Assert.Equal(report.Elapsed, report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
    });

    [Fact]
    public void Switch_ReplacedDuringATurn_AllRoundsOfTheTurnReachTheOldModel() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300);
        var old = new ScriptedModel(world, [Call("1", "look")], ["old"]);
        var next = new ScriptedModel(world, ["new"]);
        var models = new ChatClientSwitch(old.Client);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", models.AsAgent(a => a.Tool(look))).Text().Build(world.Options());
        await using Turn<string> turn = chain.Start(Request());
        await world.Delay(100, CancellationToken.None);

        Task drained = models.Replace(next.Client).WhenDrainedAsync();

        Assert.Equal(["new"], await chain.RunToListAsync(Request()));
        Assert.False(drained.IsCompleted);
        Assert.Equal(["old"], await turn.Output.ToListAsync());
        await drained;
    });

    [Fact]
    public void Session_MoreTurnsThanItKeeps_ForgetsTheOldest() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, ["one"], ["two"], ["three"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(_ => { })).Build(world.Options());
        var session = new AgentSession(messages: [new ChatMessage(ChatRole.System, "be kind")], maxTurns: 2);
        foreach (string question in (string[])["a", "b", "c"])
        {
            await chain.RunToListAsync(session.Ask(question));
        }

        Assert.Equal(["system: be kind", "user: b", "assistant: two", "user: c", "assistant: three"], session.Messages.Lines());
        Assert.Throws<ArgumentOutOfRangeException>("maxTurns", () => new AgentSession(maxTurns: 0));
    });

    [Fact]
    public void Calls_Independent_RunSideBySideAndAnswerInOrder() => VirtualWorld.Run(async world =>
    {
        var slow = new TimedTool(world, "slow", 300);
        var fast = new TimedTool(world, "fast", 100);
        var model = new ScriptedModel(world, [Call("a", "slow"), Call("b", "fast")], ["done"]);
        await using var chain = Pure(world, model, slow, fast);

        IReadOnlyList<ChatResponseUpdate> updates = await chain.RunToListAsync(Request());

        Assert.Equal(["0 began", "100 ended"], fast.Runs);
        Assert.Equal(300, model.Requests[1].At);
        Assert.Equal(
            ["user: hello", "assistant: slow#a | fast#b", "tool: #a=slow done | #b=fast done"], model.Requests[1].Messages.Lines());
        Assert.Equal(["a", "b"], updates.SelectMany(one => one.Contents.OfType<FunctionResultContent>()).Select(one => one.CallId));
        Assert.All(updates.SelectMany(one => one.Contents.OfType<FunctionCallContent>()), call => Assert.True(call.InformationalOnly));
    });

    [Fact]
    public void Calls_Effectful_RunOneAfterAnother() => VirtualWorld.Run(async world =>
    {
        var first = new TimedTool(world, "first", 300);
        var second = new TimedTool(world, "second", 100);
        var model = new ScriptedModel(world, [Call("a", "first"), Call("b", "second")], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(first).Tool(second))).Build(world.Options());

        await chain.RunToListAsync(Request());

        Assert.Equal(["300 began", "400 ended"], second.Runs);
    });

    [Fact]
    public void Calls_EffectfulAndEqual_RunOnceAndShareTheResult() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 100);
        var model = new ScriptedModel(
            world, [Call("a", "pay", ("n", 1)), Call("b", "pay", ("n", 1.0)), Call("c", "pay", ("n", 2))], [Call("d", "pay", ("n", 1))], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(pay))).Build(world.Options());

        await chain.RunToListAsync(Request());

        Assert.Equal(["0 began", "100 ended", "100 began", "200 ended"], pay.Runs);
        Assert.Equal(2, pay.Calls.Select(call => call.IdempotencyKey).Distinct().Count());
        Assert.Equal("tool: #d=pay done", History.Line(model.Requests[2].Messages[^1]));
        History.AssertWhole(model.Requests[2].Messages);
    });

    [Fact]
    public void Calls_MoreThanTheConcurrency_WaitForAPlace() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 100);
        var model = new ScriptedModel(world, [.. Enumerable.Range(0, 5).Select(i => Call($"{i}", "look", ("n", i)))], ["done"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look, t => t.Effect(Effect.Pure).Concurrency(2)))).Build(world.Options());

        await chain.RunToListAsync(Request());

        Assert.Equal((2, 300.0), (look.MostRunning, model.Requests[1].At));
    });

    [Fact]
    public void Rounds_ModelLoops_IsToldToAnswerWithoutTools() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, [Call("1", "look")], [Call("1", "look")], ["that is all I know"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRounds(2))).Text().Build(world.Options());

        Assert.Equal(["that is all I know"], await chain.RunToListAsync(Request()));
        Assert.Equal(ChatToolMode.None, model.Requests[2].Options!.ToolMode);
        Assert.Equal(ChatRole.System, model.Requests[2].Messages[^1].Role);
    });

    [Fact]
    public void Rounds_ModelStillCalls_FailsWithATypedErrorAndAnswersTheCall() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, [Call("1", "look")]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Tool(look).MaxRounds(3))).Build(world.Options());
        var session = new AgentSession();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(session.Ask("hello")).AsTask());

        Assert.Equal(3, Assert.IsType<AgentRoundsException>(error.InnerException).MaxRounds);
        Assert.Equal(("agent", 4), (error.Block, model.Requests.Count));
        Assert.Equal("tool: #1=failed", session.Messages.Lines()[^1]);
        History.AssertWhole(session.Messages);
    });

    [Fact]
    public void Session_NextTurn_KnowsWhatTheLastDid() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 10);
        var model = new ScriptedModel(world, ["let me see ", Call("1", "look"), "now"], ["found"], ["again"]);
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", model.Client.AsAgent(a => a.Instructions("Be kind.").Tool(look))).Build(world.Options());
        var session = new AgentSession();
        await chain.RunToListAsync(session.Ask("hello"));
        await chain.RunToListAsync(session.Ask("and?"));

        Assert.Equal(
            [
                "system: Be kind.", "user: hello", "assistant: let me see  | look#1 | now", "tool: #1=look done", "assistant: found", "user: and?",
            ],
            model.Requests[2].Messages.Lines());
        Assert.Equal("assistant: again", session.Messages.Lines()[^1]);
    });

    [Fact]
    public void Calls_EffectfulAndEqualInTwoTurns_RunTwiceWithKeysOfTheirOwn() => VirtualWorld.Run(async world =>
    {
        var pay = new TimedTool(world, "pay", 100);
        var model = new ScriptedModel(world, [Call("a", "pay", ("n", 1))], ["paid"], [Call("a", "pay", ("n", 1))], ["paid again"]);
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tool(pay))).Build(world.Options());
        var session = new AgentSession();

        await chain.RunToListAsync(session.Ask("pay"));
        await chain.RunToListAsync(session.Ask("pay again"));

        Assert.Equal(2, pay.Calls.Select(call => call.IdempotencyKey).Distinct().Count());
        Assert.Equal(pay.Calls[0].CommitKey, pay.Calls[1].CommitKey);
        Assert.NotEqual(pay.Calls[0].Turn, pay.Calls[1].Turn);
        Assert.Equal(30_000, pay.Calls[0].Deadline!.Value.ToUnixTimeMilliseconds() - (world.Clock.GetUtcNow() - world.Elapsed).ToUnixTimeMilliseconds());
    });

    static AgentRequest Request(string text = "hello") => new([new ChatMessage(ChatRole.User, text)]);

    static StreamChain<AgentRequest, ChatResponseUpdate> Pure(VirtualWorld world, ScriptedModel model, params TimedTool[] tools) =>
        Chain.From<AgentRequest>("desk").Stream("agent", model.Client.AsAgent(a => a.Tools(tools, t => t.Effect(Effect.Pure)))).Build(world.Options());
}
