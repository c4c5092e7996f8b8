using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;
using Desks = AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Filler;

/// <summary>Phrases in silences. Each test is named after the fault that it prevents.</summary>
public sealed class FillerTests
{
    [Fact]
    public void Filler_HalfOfTheBudgetIsSilent_BeginsThenAndIsMarked() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [700, "good ", "morning"]);
        await using var chain = world.Desk(
            model, a => a.Filler("One moment."), o => o.Budget(LatencyBudget.FirstOutput(800.Milliseconds())));

        Assert.Equal(["400 filler One moment.", "700 good ", "700 morning"], await TextsAsync(world, chain, Request()));
    });

    [Fact]
    public void Filler_AnswerIsInTime_SaysNothing() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [400, "good ", 5000, "morning"]);
        await using var chain = world.Desk(model, a => a.Filler("One moment.", f => f.After(400.Milliseconds()).Every(400.Milliseconds(), 9)));

        Assert.Equal(["400 good ", "5400 morning"], await TextsAsync(world, chain, Request()));
    });

    [Fact]
    public void Filler_LongTool_IsRepeatedUpToItsNumberAndYieldsToTheAnswer() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 2000);
        var model = new ScriptedModel(world, [100, "let me see ", Call("1", "look")], [100, "found ", 900, "it"]);
        await using var chain = world.Desk(model, a => a.Tool(look)
            .Filler(m => $"{m.Tool} {m.Spent.TotalMilliseconds} {m.Count}", f => f.After(500.Milliseconds()).Every(600.Milliseconds(), 3)));

        Assert.Equal(
            ["100 let me see ", "600 filler look 500 0", "1200 filler look 1100 1", "1800 filler look 1700 2", "2200 found ", "3100 it"],
            await TextsAsync(world, chain, Request()));
    });

    [Fact]
    public void Filler_AnswerAtTheSameInstant_IsNotHeardAfterIt() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [500, "now"]);
        await using var chain = world.Desk(model, a => a.Filler("One moment.", f => f.After(500.Milliseconds())));

        IReadOnlyList<string> texts = await TextsAsync(world, chain, Request());

        Assert.Equal("500 now", texts[^1]);
    });

    [Fact]
    public void Reply_AfterFillers_MutesNothing() => VirtualWorld.Run(async world =>
    {
        object[][] script = [[900, "let me see ", Call("1", "look"), 10, "still "], [900, "found ", "it"]];
        var look = new TimedTool(world, "look", 900);
        await using var silent = world.Desk(new ScriptedModel(world, script), a => a.Tool(look));
        await using var filled = world.Desk(
            new ScriptedModel(world, script), a => a.Tool(look).Filler("One moment.", f => f.After(200.Milliseconds()).Every(200.Milliseconds(), 99)));

        IReadOnlyList<ChatResponseUpdate> without = await silent.RunToListAsync(Request());
        double took = world.Elapsed.TotalMilliseconds;
        IReadOnlyList<ChatResponseUpdate> with = await filled.RunToListAsync(Request());

        Assert.Equal(12, with.Count(update => update.IsFiller()));
        Assert.Equal(
            without.SelectMany(update => update.Contents.Select(content => $"{content.GetType().Name} {content}")),
            with.Where(update => !update.IsFiller()).SelectMany(update => update.Contents.Select(content => $"{content.GetType().Name} {content}")));
        Assert.Equal(2 * took, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Filler_InASession_IsNotInTheHistory() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [Call("1", "look")], ["found"], ["again"]);
        await using var chain = world.Desk(model, a => a.Tool(look).Filler("One moment.", f => f.After(300.Milliseconds())));
        var session = new AgentSession();

        Assert.Contains("300 filler One moment.", await TextsAsync(world, chain, session.Ask("hello")));
        await chain.RunToListAsync(session.Ask("and?"));

        Assert.Equal(
            ["user: hello", "assistant: look#1", "tool: #1=look done", "assistant: found", "user: and?"], model.Requests[2].Messages.Lines());
    });

    [Fact]
    public void Filler_WasHeard_DoesNotCutTheHistory() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [900, "Your plan ends ", "in May."]);
        await using var chain = world.Desk(model, a => a.Filler("One moment.", f => f.After(300.Milliseconds())));
        var session = new AgentSession();
        await using Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        await turn.Completion;

        session.ReportHeard(turn.Id, "One moment. Your plan ends");
        Assert.Equal("assistant: Your plan ends", session.Messages.Lines()[^1]);

        session.ReportHeard(turn.Id, "One mom");
        Assert.DoesNotContain(session.Messages, message => message.Text.Contains("One"));
    });

    [Fact]
    public void StallBudget_ToolRunsLong_FillersCountAsOutput() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 3000);
        Action<StreamSetup<AgentRequest, ChatResponseUpdate>> stall = o => o.Budget(LatencyBudget.Stall(1000.Milliseconds())).OnOverrun(Overrun.Cancel);
        await using var silent = world.Desk(new ScriptedModel(world, [Call("1", "look")], ["found"]), a => a.Tool(look), stall);
        await using var filled = world.Desk(
            new ScriptedModel(world, [Call("1", "look")], ["found"]),
            a => a.Tool(look).Filler("One moment.", f => f.After(800.Milliseconds()).Every(800.Milliseconds(), 9)),
            stall);

        await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => silent.RunToListAsync(Request()).AsTask());
        Assert.Equal("found", (await filled.RunToListAsync(Request()))[^1].Text);
    });

    [Fact]
    public void Filler_FunctionThrowsOrReturnsNull_SaysNothing() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [900, "yes"]);
        await using var throws = world.Desk(model, a => a.Filler(_ => throw new InvalidOperationException(), f => f.After(100.Milliseconds())));
        await using var none = world.Desk(model, a => a.Filler(_ => null, f => f.After(100.Milliseconds())));

        Assert.Equal(["900 yes"], await TextsAsync(world, throws, Request()));
        Assert.Equal(["1800 yes"], await TextsAsync(world, none, Request()));
    });

    [Fact]
    public void Filler_TurnInterruptedAfterIt_TheModelStopsAtOnce() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [5000, "late"]);
        await using var chain = world.Desk(model, a => a.Filler("One moment.", f => f.After(100.Milliseconds())));
        Turn<ChatResponseUpdate> turn = chain.Start(Request());
        await world.Delay(200);

        turn.Interrupt();

        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        Assert.DoesNotContain((await turn.WhenQuiescentAsync()).Blocks, block => block.Detached);
        Assert.Equal(200, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Filler_OnAGuess_WaitsUntilTheInputIsFinal() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [2000, "yes"]);
        await using var chain = Chain.From<string>("voice")
            .Revise("listen", new SimulatedRevisingBlock<string, AgentRequest>(text =>
            [
                new(0.Milliseconds(), Hypothesis.Tentative(Request(text), 0.9)),
                new(1000.Milliseconds(), Hypothesis.Final(Request(text))),
            ]))
            .Stream("agent", model.Client.AsAgent(a => a.Filler("One moment.", f => f.After(600.Milliseconds()))), o => o.Speculate())
            .Build(Desks.Eager(world));
        await using Turn<ChatResponseUpdate> turn = chain.Start("hello");
        List<string> texts = [];
        await foreach (ChatResponseUpdate update in turn.Output)
        {
            texts.Add($"{world.Elapsed.TotalMilliseconds} {update.Text}");
        }

        Assert.Equal(["1600 One moment.", "2000 yes"], texts);
    });

    static async Task<IReadOnlyList<string>> TextsAsync(VirtualWorld world, StreamChain<AgentRequest, ChatResponseUpdate> chain, AgentRequest request)
    {
        await using Turn<ChatResponseUpdate> turn = chain.Start(request);
        List<string> texts = [];
        await foreach (ChatResponseUpdate update in turn.Output)
        {
            if (update.Text.Length > 0)
            {
                texts.Add($"{world.Elapsed.TotalMilliseconds} {(update.IsFiller() ? "filler " : "")}{update.Text}");
            }
        }

        return texts;
    }
}
