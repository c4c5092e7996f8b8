using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A run of a block and the end of its turn, or of its budget, in the one instant in which both look at each other.</summary>
public class RunClaimTests
{
    [Fact]
    public void TryBegin_TurnHasEnded_DoesNotBegin() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("wait", world.Work<int>(100)).Build(world.Options());
        Turn<int> turn = chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
        var begins = new Run(state, default);
        Assert.True(begins.TryBegin());
        Assert.True(begins.IsRunning);
        turn.Interrupt();
        var late = new Run(state, default);
        Assert.False(late.TryBegin());
        Assert.False(late.IsRunning);
    });

    [Fact]
    public void TryBeginAgain_TurnHasEnded_DoesNotBegin() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("wait", world.Work<int>(100)).Build(world.Options());
        Turn<int> turn = chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
        var run = new Run(state, default);
        Assert.True(run.TryBegin());
        Assert.True(run.Finish());
        Assert.True(run.Again());
        Assert.True(run.Finish());
        turn.Interrupt();
        Assert.False(run.Again());
        Assert.False(run.IsRunning);
    });

    [Fact]
    public void OnDue_RunReturnsWhileItsFallbackIsClaimed_ItsOwnResultCounts() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("wait", world.Work<int>(100)).Build(world.Options());
        chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
        var run = new Run(state, LatencyBudget.Total(10.Milliseconds()));
        Assert.True(run.TryBegin());
        run.Claiming = () => Assert.True(run.Finish());
        await world.Delay(20);
        ((IDeadline)run).OnDue(world.Clock.GetTimestamp());
        await world.Delay(1);
        Assert.Equal(0, run.Fallbacks);
    });

    [Fact]
    public void OnDue_RunGoesOn_ItsFallbackRunsAndItsOwnResultDoesNotCount() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c").Then("wait", world.Work<int>(100)).Build(world.Options());
        chain.StartKept(1, out TurnCore<int> state, null, CancellationToken.None);
        var run = new Run(state, LatencyBudget.Total(10.Milliseconds()));
        Assert.True(run.TryBegin());
        await world.Delay(20);
        ((IDeadline)run).OnDue(world.Clock.GetTimestamp());
        await world.Delay(1);
        Assert.Equal(1, run.Fallbacks);
        Assert.False(run.Finish());
    });

    /// <summary>While an end is written down the turn looks as it did before: an interrupted one never looks completed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IsOver_AnEndIsBeingWrittenDown_IsNotYetSeen(bool interrupts) => VirtualWorld.Run(async world =>
    {
        TurnCore<int>? state = null;
        List<(bool IsOver, TurnOutcome Outcome)> seen = [];
        var clock = new LookedAtClock(world.Clock, () =>
        {
            if (state is not null)
            {
                seen.Add((state.IsOver, state.Outcome));
            }
        });
        await using Chain<int, int> chain = Chain.From<int>("c").Then("wait", world.Work<int>(100)).Build(world.Options(o => o.TimeProvider = clock));
        Turn<int> turn = chain.StartKept(1, out state, null, CancellationToken.None);
        await world.Delay(10);
        if (interrupts)
        {
            turn.Interrupt();
        }

        TurnOutcome outcome = (await turn.Completion).Outcome;
        Assert.Equal(interrupts ? TurnOutcome.Interrupted : TurnOutcome.Completed, outcome);
        Assert.Contains(seen, s => !s.IsOver);
        Assert.All(seen.Where(s => s.IsOver), s => Assert.Equal(outcome, s.Outcome));
    });

    sealed class LookedAtClock(TimeProvider inner, Action look) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp()
        {
            look();
            return inner.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>A run of no block.</summary>
    sealed class Run(TurnCore turn, LatencyBudget budget)
        : BlockRun(turn, new BlockNode(turn.Runtime, "run", new BlockSettings { Budget = budget, Overrun = OverrunAction.Fallback }), null, turn.StartedAt)
    {
        public Action? Claiming { get; set; }

        public int Fallbacks { get; private set; }

        public bool Finish() => TryFinish();

        public bool Again() => TryBeginAgain(null, Turn.Runtime.Now);

        protected override bool ClaimFallback()
        {
            Claiming?.Invoke();
            return true;
        }

        protected override Task FallBackAsync()
        {
            Fallbacks++;
            return Task.CompletedTask;
        }

        protected override void Release()
        {
        }
    }
}
