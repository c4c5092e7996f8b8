using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

/// <summary>Events between two lines of the start of a barge-in, caused by the clock when it is asked for a timer.</summary>
public class BargeInRaceTests
{
    [Fact]
    public void BeginBargeIn_NextTurnStartsMeanwhile_IsCommittedAndLeavesThatOneAlone() => VirtualWorld.Run(async world =>
    {
        var clock = new HookedClock(world.Clock);
        await using StreamChain<int, int> chain = Talk(world, clock);
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = 100.Seconds() });
        Turn<int> first = await conversation.StartAsync(1);
        await world.Delay(50);
        Task<Turn<int>>? next = null;
        clock.OnTimer = (_, _) => next = conversation.StartAsync(2).AsTask();
        BargeIn begun = conversation.BeginBargeIn();
        Turn<int> second = await next!;
        Assert.Equal(BargeInState.Committed, begun.State);
        Assert.Equal(TurnOutcome.Interrupted, (await first.Completion).Outcome);
        Assert.Equal([0, 1], await second.Output.ToListAsync());
    });

    [Fact]
    public void BeginBargeIn_ResumesByItselfMeanwhile_IsForgotten() => VirtualWorld.Run(async world =>
    {
        var clock = new HookedClock(world.Clock);
        await using StreamChain<int, int> chain = Talk(world, clock);
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = 100.Seconds() });
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(50);
        clock.FiresWhenSet = true;
        Collected.Assert(Begin(conversation));
        Assert.Equal([0, 1], await turn.Output.ToListAsync());
    });

    static StreamChain<int, int> Talk(VirtualWorld world, HookedClock clock) => Chain.From<int>("talk")
        .Stream<int>("speak", (_, _, token) => world.Count([10, 100], token))
        .Build(world.Options(o => o.TimeProvider = clock));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference Begin(Conversation<int, int> conversation)
    {
        BargeIn begun = conversation.BeginBargeIn();
        Assert.Equal(BargeInState.Resumed, begun.State);
        return new WeakReference(begun);
    }

    /// <summary>Does something, once, when it is asked for a timer; that one never fires.</summary>
    sealed class HookedClock(TimeProvider inner) : TimeProvider
    {
        public Action<TimerCallback, object?>? OnTimer { get; set; }

        /// <summary>Whether the next timer fires as soon as it is set.</summary>
        public bool FiresWhenSet { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (FiresWhenSet)
            {
                FiresWhenSet = false;
                return new Hasty(callback, state);
            }

            if (OnTimer is not { } act)
            {
                return inner.CreateTimer(callback, state, dueTime, period);
            }

            OnTimer = null;
            act(callback, state);
            return inner.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        sealed class Hasty(TimerCallback callback, object? state) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                callback(state);
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
