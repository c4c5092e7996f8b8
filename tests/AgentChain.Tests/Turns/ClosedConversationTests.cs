using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

/// <summary>Closed conversations, and the record of turns that were cut short; in virtual time, which detects an endless wait.</summary>
public class ClosedConversationTests
{
    [Fact]
    public void DisposeAsync_TurnRuns_IsInterruptedAndNoneBeginsLater() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Talk(world);
        Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(20);
        await conversation.DisposeAsync();
        Assert.Equal((20.0, TurnOutcome.Interrupted), (world.Elapsed.Ms(), (await turn.Completion).Outcome));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await conversation.StartAsync(2));
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void BeginBargeIn_Closed_HoldsNothing() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Talk(world);
        Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await turn.Completion;
        await conversation.DisposeAsync();
        TimeSpan closed = world.Elapsed;
        using BargeIn begun = conversation.BeginBargeIn();
        Assert.Equal([0, 1, 2], await turn.Output.ToListAsync());
        Assert.Equal(closed, world.Elapsed);
    });

    [Fact]
    public void History_TurnWasCutShort_HasWhatItsReaderWasGiven() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Talk(world);
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await using IAsyncEnumerator<int> output = turn.Output.GetAsyncEnumerator();
        Assert.True(await output.MoveNextAsync());
        await world.Delay(25);
        turn.Interrupt();
        await turn.Completion;
        Exchange<int, int> told = Assert.Single(conversation.History);
        Assert.Equal([0], told.Output);
        Assert.Equal([0], told.Heard);
    });

    static StreamChain<int, int> Talk(VirtualWorld world) => Chain.From<int>("talk")
        .Stream<int>("speak", (_, _, token) => world.Count([10, 10, 100], token))
        .Build(world.Options());
}
