using AgentChain.Extensions.AI.Tests.Early;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;
using static AgentChain.Extensions.AI.Tests.Agents.ScriptedModel;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>
/// A turn of two agents with early calls, fillers, a fallback and an effect is interrupted at each of its milliseconds. Whatever it was
/// doing, its memory is whole, no effect happens twice, and the next turn of the conversation completes.
/// </summary>
public sealed class InterruptEverywhereTests
{
    [Fact]
    public void Interrupt_AtEachMillisecond_TheMemoryIsWholeAndTheNextTurnCompletes()
    {
        int interrupted = 0, completed = 0;
        for (int ms = 0; ms <= 440; ms++)
        {
            TurnOutcome outcome = VirtualWorld.Run(world => InterruptAsync(world, ms));
            interrupted += outcome == TurnOutcome.Interrupted ? 1 : 0;
            completed += outcome == TurnOutcome.Completed ? 1 : 0;
        }

        Assert.True(interrupted > 400 && completed > 10 && interrupted + completed == 441, $"{interrupted} interrupted, {completed} completed");
    }

    static async Task<TurnOutcome> InterruptAsync(VirtualWorld world, int ms)
    {
        var look = new TimedTool(world, "look", 60);
        var pay = new TimedTool(world, "pay", 80);
        var slow = new ScriptedModel(world, [500, "never heard"]);
        var reception = new ScriptedModel(
            world, ["let me see ", 40, Call("1", "look", ("n", 7)), Call("2", "pay")], [30, Call("3", "transfer_to_billing")], ["welcome back"]);
        var billing = new ScriptedModel(world, [20, "billing here ", Call("1", "look", ("n", 8)), 30], [50, "good bye"]);
        HandoffBlock team = HandoffBlock.Of(desk => desk
            .Agent("reception", "", reception.Client, agent => agent
                .Tool(look, tool => tool.Effect(Effect.Pure)).Tool(pay)
                .Early(_ => [EarlyDesk.Look(7), EarlyDesk.Look(9)])
                .Filler("one moment", filler => filler.After(25.Milliseconds()).Every(25.Milliseconds(), 3)))
            .Agent("billing", "", slow.Client, agent => agent
                .Tool(look, tool => tool.Effect(Effect.Pure)).FallbackTo(billing.Client, 70.Milliseconds())));
        await using var chain = Chain.From<AgentRequest>("line").Stream("team", team).Build(world.Eager());
        var session = new AgentSession();
        Turn<ChatResponseUpdate> turn = chain.Start(session.Ask("hello"));
        Task read = ReadAsync(turn);
        await world.Delay(ms);

        await turn.DisposeAsync();
        await turn.WhenQuiescentAsync();
        await read;

        TurnResult result = await turn.Completion;
        History.AssertWhole(session.Messages);
        Assert.Equal(result.Report.Elapsed, result.Report.Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration));
        Assert.Equal(0, look.Running + pay.Running);
        Assert.InRange(pay.Runs.Count(run => run.EndsWith("began", StringComparison.Ordinal)), 0, 1);
        string[] before = session.Messages.Lines();
        await chain.RunToListAsync(session.Ask("and now?"));

        Assert.Equal(before, session.Messages.Lines()[..before.Length]);
        History.AssertWhole(session.Messages);
        Assert.Equal(0, chain.DetachedBlocks);
        return result.Outcome;
    }

    static async Task ReadAsync(Turn<ChatResponseUpdate> turn)
    {
        try
        {
            await foreach (ChatResponseUpdate _ in turn.Output)
            {
            }
        }
        catch (TurnException)
        {
        }
    }
}
