using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

public class HeardTests
{
    [Theory]
    [InlineData(new int[0], 3)]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 1, 2 }, 2)]
    [InlineData(new[] { 2, 1 }, 2)]
    [InlineData(new[] { 1, 99 }, 3)]
    public void ReportHeard_TurnInterruptedAfterThreeItems_HigherReportStandsUpToWhatWasRead(int[] reports, int heard) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await HearAsync(turn, 3);
        turn.Interrupt();
        await turn.Completion;
        foreach (int report in reports)
        {
            turn.ReportHeard(report);
        }

        Exchange<int, int> only = Assert.Single(conversation.History);
        Assert.Equal(TurnOutcome.Interrupted, only.Outcome);
        Assert.Equal([0, 1, 2], only.Output);
        Assert.Equal(Enumerable.Range(0, heard), only.Heard);
        Assert.Same(only, Assert.Single(conversation.History));
    });

    [Fact]
    public void ReportHeard_Nothing_TurnLeavesNoTraceUntilMoreIsReported() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { HistoryLength = 1 });
        await (await conversation.StartAsync(1)).Output.ToListAsync();
        Turn<int> turn = await conversation.StartAsync(2);
        turn.ReportHeard(0);
        await HearAsync(turn, 3);
        turn.Interrupt();
        await turn.Completion;
        Assert.Equal(1, Assert.Single(conversation.History).Input);
        turn.ReportHeard(2);
        Exchange<int, int> last = Assert.Single(conversation.History);
        Assert.Equal(2, last.Input);
        Assert.Equal([0, 1], last.Heard);
    });

    [Fact]
    public void ReportHeard_NextTurnHasEnded_IsTooLate() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> first = await conversation.StartAsync(1);
        await HearAsync(first, 3);
        first.ReportHeard(1);
        Turn<int> second = await conversation.StartAsync(2);
        first.ReportHeard(2);
        Assert.Equal([0, 1], Assert.Single(conversation.History).Heard);
        await second.Completion;
        Assert.Equal(2, conversation.History.Count);
        first.ReportHeard(3);
        Assert.Equal([0, 1], conversation.History[0].Heard);
        Assert.Empty(conversation.History[1].Heard);
    });

    [Fact]
    public void History_OutputReadOnAfterTheEnd_CountsAsHeard() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 3);
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await turn.Completion;
        IReadOnlyList<Exchange<int, int>> before = conversation.History;
        await turn.Output.ToListAsync();
        Assert.Empty(Assert.Single(before).Heard);
        Assert.Equal([0, 1, 2], Assert.Single(conversation.History).Heard);
        Assert.Equal([0, 1, 2], Assert.Single(before).Output);
    });

    [Theory]
    [InlineData(TurnOutcome.Failed)]
    [InlineData(TurnOutcome.DeadlineExceeded)]
    public void History_TurnFailsAfterSomeWasHeard_KeepsThat(TurnOutcome outcome) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("breaks").Stream<int>("breaks", (_, _, token) => Two(token))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await Assert.ThrowsAnyAsync<TurnException>(async () => await turn.Output.ToListAsync());
        Exchange<int, int> only = Assert.Single(conversation.History);
        Assert.Equal(outcome, only.Outcome);
        Assert.Equal([1, 2], only.Heard);

        async IAsyncEnumerable<int> Two([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            yield return 1;
            yield return 2;
            await world.Delay(50, token);
            if (outcome == TurnOutcome.Failed)
            {
                throw new InvalidDataException();
            }

            await world.Delay(1000, token);
        }
    });

    [Fact]
    public void History_LongerThanItsLength_DropsTheOldest() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { HistoryLength = 2 });
        for (int i = 1; i <= 6; i++)
        {
            await HearAsync(await conversation.StartAsync(i), i == 5 ? 0 : i % 3 + 1);
        }

        conversation.Interrupt();
        Assert.Equal([4, 6], conversation.History.Select(e => e.Input));
        await using Conversation<int, int> forgetful = chain.OpenConversation(new ConversationOptions { HistoryLength = 0 });
        await (await forgetful.StartAsync(1)).Output.ToListAsync();
        Assert.Empty(forgetful.History);
    });

    [Fact]
    public async Task ReportHeard_Negative_Throws()
    {
        await using Chain<int, int> chain = Chain.From<int>("same").Then("same", x => x).Build();
        await using Turn<int> turn = chain.Start(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => turn.ReportHeard(-1));
    }

    static async Task HearAsync(Turn<int> turn, int items)
    {
        if (items == 0)
        {
            return;
        }

        await foreach (int _ in turn.Output)
        {
            if (--items == 0)
            {
                break;
            }
        }
    }
}
