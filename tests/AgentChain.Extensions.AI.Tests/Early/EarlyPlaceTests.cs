using AgentChain.Extensions.AI.Tests.Agents;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Early.EarlyDesk;

namespace AgentChain.Extensions.AI.Tests.Early;

/// <summary>The places of a tool with limited concurrency: an early call holds one only while no real call needs it.</summary>
public sealed class EarlyPlaceTests
{
    [Fact]
    public void Concurrency_WrongGuessHoldsThePlace_TheModelsCallTakesItAtOnce() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [200, Call("1", 8)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, One).Early(_ => [Look(7)]));

        (_, TurnReport report) = await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "200 began", "1100 ended"], look.Runs);
        Assert.Equal(1, look.MostRunning);
        Assert.Equal((1, 0, 1), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated));
        Assert.Equal(200.Milliseconds(), report.Speculation.Wasted);
        Assert.Empty(report.Speculation.Decisions);
    });

    [Fact]
    public void Concurrency_WrongGuessOfAnotherTurn_DoesNotDelayTheCall() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [2000, "hello"], [100, Call("1", 8)], ["found"]);
        await using var chain = world.Desk(
            model, a => a.Tool(look, One).Early(request => request.Messages[^1].Text == "guess" ? [Look(7)] : []));

        await using Turn<ChatResponseUpdate> guessing = chain.Start(Request("guess"));
        await chain.AnswerAsync(Request("ask"));

        Assert.Equal(["0 began", "100 began", "1000 ended"], look.Runs);
    });

    [Fact]
    public void Concurrency_SeveralGuesses_TheLeastLikelyGivesWay() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900, arguments => $"look {arguments["n"]}");
        var model = new ScriptedModel(world, [200, Call("1", 8), 100, Call("2", 6)], ["found"]);
        await using var chain = world.Desk(
            model, a => a.Tool(look, t => t.Effect(Effect.Pure).Concurrency(3)).Early(_ => [Look(6, 0.5), Look(7, 0.3), Look(5, 0.4)]));

        await chain.AnswerAsync(Request());

        // 6 is taken at 300 and has its result at 900; 7 gives way at 200; 5 ends at 900.
        Assert.Equal(["0 began", "0 began", "0 began", "200 began", "900 ended", "900 ended", "1100 ended"], look.Runs);
        Assert.Equal(["tool: #1=look 8 | #2=look 6"], model.Requests[1].Messages.Lines().TakeLast(1));
    });

    [Fact]
    public void Concurrency_EarlyCallThatTheModelMade_KeepsItsPlace() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900);
        var model = new ScriptedModel(world, [200, Call("1", 7), 100, Call("2", 8)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, One).Early(_ => [Look(7)]));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "900 ended", "900 began", "1800 ended"], look.Runs);
    });

    [Fact]
    public void Concurrency_EarlyCallWaits_RealCallsGoFirstAndItsOwnOneIsPromoted() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 300, arguments => $"look {arguments["n"]}");
        var model = new ScriptedModel(world, [Call("1", 1), 50, Call("2", 2), 50, Call("3", 7), 50, Call("4", 4)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, One)
            .Early((moment, token) => moment.Tool is null ? Later(world, token) : AsyncEnumerable.Empty<EarlyCall>()));

        await chain.AnswerAsync(Request());

        Assert.Equal([1, 2, 7, 4, 9], look.Calls.Select(call => int.Parse(call.CommitKey.Split(':')[1].TrimEnd('}'))));
        Assert.Equal(1, look.MostRunning);
    });

    [Fact]
    public void Concurrency_EarlyCallIgnoresItsToken_ThePlaceIsHandedOverAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900) { IsDeaf = true };
        var model = new ScriptedModel(world, [200, Call("1", 8)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, One).Early(_ => [Look(7)]).Grace(50.Milliseconds()));

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "250 began", "900 ended", "1150 ended"], look.Runs);
    });

    [Fact]
    public void Concurrency_ToolOfAnInterruptedTurnIgnoresItsToken_ItsPlaceIsFreeAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        var look = new TimedTool(world, "look", 900) { IsDeaf = true };
        var model = new ScriptedModel(world, [Call("1", 7)], [Call("1", 8)], ["found"]);
        await using var chain = world.Desk(model, a => a.Tool(look, One).Grace(50.Milliseconds()));
        await using (Turn<ChatResponseUpdate> turn = chain.Start(Request()))
        {
            await world.Delay(100);
            turn.Interrupt();
        }

        await chain.AnswerAsync(Request());

        Assert.Equal(["0 began", "150 began", "900 ended", "1050 ended"], look.Runs);
    });

    static void One(ToolSetup tool) => tool.Effect(Effect.Pure).Concurrency(1);

    static async IAsyncEnumerable<EarlyCall> Later(
        VirtualWorld world, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(10, token);
        yield return Look(7);
        yield return Look(9);
    }
}
