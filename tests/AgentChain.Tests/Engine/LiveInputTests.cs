using AgentChain.Diagnostics;

namespace AgentChain.Tests.Engine;

/// <summary>Live input: the chain's budget counts from its end, and its time is attributed to the speaker.</summary>
public class LiveInputTests
{
    static readonly TimeSpan Speech = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(40);

    [Fact]
    public async Task Report_LiveInput_BelongsToInputAndSetting()
    {
        var clock = new ManualClock();
        await using Chain<string, string> chain = Listening(clock).Build(new ChainOptions { TimeProvider = clock });
        Turn<string> turn = chain.Start("hello");
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(Speech + Silence, result.Report.InputEnded);
        Assert.Equal(Work, result.Report.ResponseTime);
        Assert.Equal(
            [new("input", PartKind.Input, TimeSpan.Zero, Speech), new("endpoint", PartKind.Endpointing, Speech, Speech + Silence), new("listen", PartKind.Block, Speech + Silence, Speech + Silence + Work)],
            result.Report.Parts);
        Assert.Contains("40.0 ms, counted from the end of the input", result.Report.ToWaterfall().Replace("first output at 40.0 ms, ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budget_LiveInputLongerThanBudget_CountsFromItsEnd()
    {
        var clock = new ManualClock();
        await using Chain<string, string> chain = Listening(clock)
            .Build(new ChainOptions { TimeProvider = clock, Budget = LatencyBudget.FirstOutput(TimeSpan.FromMilliseconds(50)) });
        TurnResult result = await chain.Start("hello").Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
    }

    [Fact]
    public async Task Budget_OverrunAfterLiveInput_EndsTurn()
    {
        var clock = new ManualClock();
        await using Chain<string, string> chain = Listening(clock)
            .Then("slow", async (string text, BlockContext context, CancellationToken token) =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, token);
                return text;
            })
            .Build(new ChainOptions { TimeProvider = clock, Budget = LatencyBudget.FirstOutput(TimeSpan.FromMilliseconds(50)) });
        TurnResult result = await chain.Start("hello").Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
    }

    [Fact]
    public async Task InputEnded_BlockWithoutLiveInput_FailsTurn()
    {
        await using Chain<string, string> chain = Chain.From<string>("plain")
            .Then("wrong", (string text, BlockContext context, CancellationToken _) =>
            {
                context.InputEnded(1, 1);
                return ValueTask.FromResult(text);
            })
            .Build();
        TurnResult result = await chain.Start("hello").Completion;
        Assert.IsType<InvalidOperationException>(result.Error?.InnerException);
    }

    [Fact]
    public void Build_TwoBlocksWithLiveInput_Refuses()
    {
        var clock = new ManualClock();
        ChainBuilder<string, string> two = Listening(clock).Revise("again", new Listener(clock), o => o.LiveInput());
        Assert.Contains("live input", Assert.Throws<ChainValidationException>(() => two.Build()).Message, StringComparison.Ordinal);
    }

    static ChainBuilder<string, string> Listening(ManualClock clock) =>
        Chain.From<string>("voice").Revise("listen", new Listener(clock), o => o.LiveInput());

    sealed class Listener(ManualClock clock) : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            clock.Advance(Speech);
            long last = context.Time.GetTimestamp();
            yield return Hypothesis.Tentative(input[..2], 0.5);
            clock.Advance(Silence);
            context.InputEnded(last, context.Time.GetTimestamp());
            clock.Advance(Work);
            yield return Hypothesis.Final(input);
        }
    }

    /// <summary>A clock that does not advance until it is moved; its timers fire as it passes them.</summary>
    sealed class ManualClock : TimeProvider
    {
        readonly Lock _lock = new();
        readonly List<Timer> _timers = [];
        long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            long now = Interlocked.Add(ref _now, by.Ticks);
            Timer[] due;
            lock (_lock)
            {
                due = [.. _timers.Where(t => t.Due <= now)];
            }

            foreach (Timer timer in due)
            {
                timer.Fire();
            }
        }

        sealed class Timer(ManualClock clock, Action fire) : ITimer
        {
            public long Due { get; private set; } = long.MaxValue;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (clock._lock)
                {
                    clock._timers.Remove(this);
                    Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
                    clock._timers.Add(this);
                }

                return true;
            }

            public void Fire()
            {
                Due = long.MaxValue;
                fire();
            }

            public void Dispose()
            {
                lock (clock._lock)
                {
                    clock._timers.Remove(this);
                }
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
