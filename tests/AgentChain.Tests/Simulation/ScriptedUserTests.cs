using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

public class ScriptedUserTests
{
    [Fact]
    public void PlayAsync_BargeIn_FirstTurnIsInterruptedThen() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Counting(world);
        await using Conversation<string, string> conversation = chain.OpenConversation();
        IReadOnlyList<ScriptedTurn<string, string>> turns = await new ScriptedUser<string>()
            .Say(TimeSpan.Zero, "one")
            .Say(125.Milliseconds(), "two")
            .SayAfterAnswer(40.Milliseconds(), "three")
            .PlayAsync(conversation, world.Clock);
        Assert.Equal([TurnOutcome.Interrupted, TurnOutcome.Completed, TurnOutcome.Completed], turns.Select(t => t.Result.Outcome));
        Assert.Equal([0.0, 125.0, 305.0], turns.Select(t => t.SaidAt.Ms()));
        Assert.Equal([100.0, 120.0], turns[0].Heard.Select(h => h.At.Ms()));
        Assert.Equal([225.0, 245.0, 265.0], turns[1].Heard.Select(h => h.At.Ms()));
        Assert.Equal([("one", 2), ("two", 3), ("three", 3)], conversation.History.Select(e => (e.Input, e.Heard.Count)));
    });

    [Fact]
    public void PlayAsync_Interrupt_EndsTheTurnAndSaysNothing() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Counting(world);
        ScriptedTurn<string, string> turn = Assert.Single(await new ScriptedUser<string>()
            .Interrupt(TimeSpan.Zero)
            .Say(10.Milliseconds(), "one")
            .Interrupt(50.Milliseconds())
            .PlayAsync(chain, world.Clock));
        Assert.Equal(TurnOutcome.Interrupted, turn.Result.Outcome);
        Assert.Empty(turn.Heard);
        Assert.Equal(50, world.Elapsed.Ms());
    });

    [Fact]
    public void PlayAsync_TokenFires_EndsScriptAndTurn() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Counting(world);
        using var source = new CancellationTokenSource();
        Task<IReadOnlyList<ScriptedTurn<string, string>>> play = new ScriptedUser<string>()
            .Say(TimeSpan.Zero, "one").Say(1.Seconds(), "two").PlayAsync(chain, world.Clock, source.Token);
        await world.Delay(50, CancellationToken.None);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => play);
        await world.Delay(1, CancellationToken.None);
        Assert.Equal(0, chain.LiveTurns);
    });

    static StreamChain<string, string> Counting(VirtualWorld world) => Chain.From<string>("count")
        .Stream("answer", new SimulatedStreamBlock<string, string>(
            LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(20.Milliseconds()), text => [text, text, text]))
        .Build(world.Options());
}
