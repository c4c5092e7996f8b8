using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

public class BargeInTests
{
    [Fact]
    public void Commit_TurnRuns_InterruptsItAndHistoryKeepsWhatWasHeard() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        using BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await world.Delay(10);
        Assert.Equal(BargeInState.Pending, bargeIn.State);
        Assert.True(bargeIn.Commit());
        await Assert.ThrowsAsync<TurnInterruptedException>(() => call.Reading);
        Assert.Equal([(0, 10), (1, 20)], call.Seen);
        Exchange<int, int> only = Assert.Single(call.Conversation.History);
        Assert.Equal(TurnOutcome.Interrupted, only.Outcome);
        Assert.Equal([0, 1], only.Heard);
        Assert.Equal(BargeInState.Committed, bargeIn.State);
    });

    [Fact]
    public void Resume_FalseAlarm_NothingIsLost() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await world.Delay(10);
        Assert.True(bargeIn.Resume());
        Assert.False(bargeIn.Commit());
        await call.Reading;
        Assert.Equal([(0, 10), (1, 20), (2, 35), (3, 40), (4, 50)], call.Seen);
        Assert.Equal(TurnOutcome.Completed, Assert.Single(call.Conversation.History).Outcome);
    });

    [Fact]
    public void Dispose_Undecided_Resumes() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        using (BargeIn bargeIn = call.Conversation.BeginBargeIn())
        {
            await world.Delay(100);
            Assert.Equal(BargeInState.Pending, bargeIn.State);
        }

        await call.Reading;
        Assert.Equal(125, call.Seen[2].At);
    });

    [Theory]
    [InlineData(null, 2025)]
    [InlineData(300, 325)]
    public void FalseAlarmAfter_NobodyDecides_ResumesByItself(int? after, double resumedAt) => VirtualWorld.Run(async world =>
    {
        ConversationOptions options = after is { } ms ? new() { FalseAlarmAfter = ms.Milliseconds() } : new();
        await using Call call = await Call.OpenAsync(world, options);
        await world.Delay(25);
        BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await call.Reading;
        Assert.Equal(resumedAt, call.Seen[2].At);
        Assert.Equal(BargeInState.Resumed, bargeIn.State);
        Assert.False(bargeIn.Commit());
    });

    [Fact]
    public void FalseAlarmAfter_Null_WaitsForADecision() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world, new() { FalseAlarmAfter = null });
        await world.Delay(25);
        BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await world.Delay(1_000_000);
        Assert.Equal(BargeInState.Pending, bargeIn.State);
        Assert.Equal(2, call.Seen.Count);
        bargeIn.Resume();
        await call.Reading;
    });

    [Fact]
    public void BeginBargeIn_SeveralAtOnce_OutputGoesOnWhenAllHaveResumed() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        BargeIn first = call.Conversation.BeginBargeIn();
        BargeIn second = call.Conversation.BeginBargeIn();
        call.Turn.Pause();
        first.Resume();
        first.Dispose();
        await world.Delay(100);
        second.Dispose();
        await world.Delay(100);
        Assert.Equal(2, call.Seen.Count);
        call.Turn.Resume();
        await call.Reading;
        Assert.Equal(225, call.Seen[2].At);
    });

    [Fact]
    public void Commit_FastDoubleInterruption_SecondIsHarmless() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        BargeIn first = call.Conversation.BeginBargeIn();
        BargeIn second = call.Conversation.BeginBargeIn();
        Assert.True(first.Commit());
        Assert.False(first.Commit());
        Assert.True(second.Commit());
        call.Conversation.Interrupt();
        await Assert.ThrowsAsync<TurnInterruptedException>(() => call.Reading);
        Turn<int> next = await call.Conversation.StartAsync(2);
        Assert.False(second.Resume());
        Assert.Equal([0, 1, 2, 3, 4], await next.Output.ToListAsync());
        Assert.Equal(2, call.Conversation.History.Count);
    });

    [Fact]
    public void Interrupt_WhileHeldOutputIsReleased_StopsAtOnce() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("count")
            .Stream<int>("count", (_, _, token) => world.Count([10, 10, 10, 10, 10_000], token)).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        BargeIn bargeIn = conversation.BeginBargeIn();
        List<int> seen = [];
        await world.Delay(100);
        bargeIn.Resume();
        await Assert.ThrowsAsync<TurnInterruptedException>(async () =>
        {
            await foreach (int item in turn.Output)
            {
                seen.Add(item);
                if (item == 1)
                {
                    conversation.BeginBargeIn().Commit();
                }
            }
        });
        Assert.Equal([0, 1], seen);
        Assert.Equal([0, 1], Assert.Single(conversation.History).Heard);
    });

    [Fact]
    public void Commit_TurnCompletedButNotReadToItsEnd_TakesTheRestAway() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(1);
        await turn.Completion;
        List<int> seen = [];
        await Assert.ThrowsAsync<TurnInterruptedException>(async () =>
        {
            await foreach (int item in turn.Output)
            {
                seen.Add(item);
                if (item == 2)
                {
                    BargeIn bargeIn = conversation.BeginBargeIn();
                    await world.Delay(10);
                    bargeIn.Commit();
                }
            }
        });
        Assert.Equal([0, 1, 2], seen);
        Exchange<int, int> only = Assert.Single(conversation.History);
        Assert.Equal(TurnOutcome.Completed, only.Outcome);
        Assert.Equal([0, 1, 2, 3, 4], only.Output);
        Assert.Equal([0, 1, 2], only.Heard);
    });

    [Fact]
    public void Commit_AfterEverythingWasRead_ChangesNothing() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        BargeIn before = call.Conversation.BeginBargeIn();
        before.Resume();
        await call.Reading;
        Assert.True(call.Conversation.BeginBargeIn().Commit());
        Assert.Equal([0, 1, 2, 3, 4], Assert.Single(call.Conversation.History).Heard);
    });

    [Fact]
    public void Commit_TurnOfOneValueThatIsHeld_ValueIsNotHeard() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one").Then("work", world.Work<int>(10)).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation();
        Turn<int> turn = await conversation.StartAsync(7);
        BargeIn bargeIn = conversation.BeginBargeIn();
        Task<List<int>> reading = turn.Output.ToListAsync();
        await turn.Completion;
        await world.Delay(10);
        bargeIn.Commit();
        await Assert.ThrowsAsync<TurnInterruptedException>(() => reading);
        Exchange<int, int> only = Assert.Single(conversation.History);
        Assert.Equal([7], only.Output);
        Assert.Empty(only.Heard);
    });

    [Theory]
    [InlineData(TurnOverlap.Interrupt)]
    [InlineData(TurnOverlap.Wait)]
    public void StartAsync_BargeInPending_CommitsIt(TurnOverlap overlap) => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world, new() { Overlap = overlap });
        await world.Delay(25);
        BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await world.Delay(10);
        IReadOnlyList<Exchange<int, int>> history = [];
        Turn<int> next = await call.Conversation.StartAsync(told =>
        {
            history = told;
            return 2;
        });
        Assert.Equal(35, world.Elapsed.Ms());
        Assert.Equal(BargeInState.Committed, bargeIn.State);
        Assert.Equal([0, 1], Assert.Single(history).Heard);
        await Assert.ThrowsAsync<TurnInterruptedException>(() => call.Reading);
        Assert.Equal(5, (await next.Output.ToListAsync()).Count);
    });

    [Fact]
    public void BeginBargeIn_NoTurnRuns_IsHarmless() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = PauseTests.Counting(world, 5);
        Conversation<int, int> conversation = chain.OpenConversation();
        BargeIn early = conversation.BeginBargeIn();
        Turn<int> turn = await conversation.StartAsync(1);
        Assert.Equal(BargeInState.Committed, early.State);
        Assert.Equal(5, (await turn.Output.ToListAsync()).Count);
        await conversation.DisposeAsync();
        using BargeIn late = conversation.BeginBargeIn();
        Assert.True(late.Commit());
        Assert.Equal(5, Assert.Single(conversation.History).Heard.Count);
    });

    [Fact]
    public void DisposeAsync_BargeInPending_CommitsIt() => VirtualWorld.Run(async world =>
    {
        await using Call call = await Call.OpenAsync(world);
        await world.Delay(25);
        BargeIn bargeIn = call.Conversation.BeginBargeIn();
        await call.Conversation.DisposeAsync();
        Assert.Equal(BargeInState.Committed, bargeIn.State);
        await Assert.ThrowsAsync<TurnInterruptedException>(() => call.Reading);
    });

    [Fact]
    public async Task OpenConversation_FalseAlarmAfterNotPositive_Throws()
    {
        await using Chain<int, int> chain = Chain.From<int>("same").Then("same", x => x).Build();
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.OpenConversation(new() { FalseAlarmAfter = TimeSpan.Zero }));
    }

    /// <summary>A conversation whose first turn produces five items, 10 ms each, and a reader of them.</summary>
    sealed class Call(ChainBase<int, int> chain, Conversation<int, int> conversation, Turn<int> turn) : IAsyncDisposable
    {
        public Conversation<int, int> Conversation => conversation;

        public Turn<int> Turn => turn;

        public List<(int Item, double At)> Seen { get; } = [];

        public Task Reading { get; private set; } = Task.CompletedTask;

        public static async Task<Call> OpenAsync(VirtualWorld world, ConversationOptions? options = null)
        {
            StreamChain<int, int> chain = PauseTests.Counting(world, 5);
            Conversation<int, int> conversation = chain.OpenConversation(options);
            var call = new Call(chain, conversation, await conversation.StartAsync(1));
            call.Reading = PauseTests.ReadAsync(world, call.Turn, call.Seen);
            return call;
        }

        public async ValueTask DisposeAsync()
        {
            await conversation.DisposeAsync();
            await chain.DisposeAsync();
            Assert.Equal(0, chain.LiveTurns);
        }
    }
}
