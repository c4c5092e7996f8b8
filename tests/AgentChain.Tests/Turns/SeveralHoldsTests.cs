using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

public class SeveralHoldsTests
{
    [Fact]
    public void BargeIn_Decided_IsForgotten() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("talk")
            .Stream<int>("speak", (_, _, token) => world.Count([10, 5000], token))
            .Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = null });
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(50);
        WeakReference decided = BeginAndResume(conversation);
        Collected.Assert(decided);
        Assert.Equal([0, 1], await turn.Output.ToListAsync());
    });

    [Fact]
    public void BargeIn_Decided_HasNoTimerLeft() => VirtualWorld.Run(async world =>
    {
        var clock = new CountingClock(world.Clock);
        await using StreamChain<int, int> chain = Chain.From<int>("talk")
            .Stream<int>("speak", (_, _, token) => world.Count([10, 100], token))
            .Build(world.Options(o => o.TimeProvider = clock));
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = 1000.Seconds() });
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(50);
        int before = clock.Timers;
        BargeIn begun = conversation.BeginBargeIn();
        Assert.Equal(before + 1, clock.Timers);
        Assert.True(begun.Resume());
        Assert.Equal(before, clock.Timers);
        Assert.Equal([0, 1], await turn.Output.ToListAsync());
    });

    /// <summary>Counts the timers that were not disposed.</summary>
    sealed class CountingClock(TimeProvider inner) : TimeProvider
    {
        public int Timers { get; private set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return new Counted(this, inner.CreateTimer(callback, state, dueTime, period));
        }

        sealed class Counted(CountingClock clock, ITimer timer) : ITimer
        {
            bool _disposed;

            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                clock.Timers -= _disposed ? 0 : 1;
                _disposed = true;
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    static WeakReference BeginAndResume(Conversation<int, int> conversation)
    {
        BargeIn begun = conversation.BeginBargeIn();
        Assert.True(begun.Resume());
        return new WeakReference(begun);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BargeIn_CommittedAfterTheValueCame_TheReaderThatWaitsIsToldAtOnce(bool pauses) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("talk").Then("answer", world.Work<int>(10)).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = null });
        Turn<int> turn = await conversation.StartAsync(1);
        if (pauses)
        {
            turn.Pause();
        }

        BargeIn begun = conversation.BeginBargeIn();
        Task<List<int>> read = turn.Output.ToListAsync();
        await world.Delay(50);
        Assert.False(read.IsCompleted);
        begun.Commit();
        await world.Delay(1);
        Assert.True(read.IsFaulted);
        await Assert.ThrowsAsync<TurnInterruptedException>(() => read);
    });

    [Fact]
    public void BargeIns_TwoArePendingAndOneResumes_OutputWaitsForTheOther() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("talk")
            .Stream<int>("speak", (_, _, token) => world.Count([10, 100], token))
            .Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = null });
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(50);
        BargeIn one = conversation.BeginBargeIn();
        BargeIn other = conversation.BeginBargeIn();
        Assert.True(one.Resume());
        await using IAsyncEnumerator<int> output = turn.Output.GetAsyncEnumerator();
        Task<bool> next = output.MoveNextAsync().AsTask();
        await world.Delay(500);
        Assert.False(next.IsCompleted);
        Assert.True(other.Resume());
        await world.Delay(1);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.True(await next);
    });
}
