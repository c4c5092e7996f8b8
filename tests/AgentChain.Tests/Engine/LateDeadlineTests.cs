using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>
/// A machine so busy that the deadline thread comes late: an answer that came after the deadline is not put out before the deadline fires.
/// </summary>
public class LateDeadlineTests
{
    [Fact]
    public void Budget_HasPassedAndTheDeadlineHasNotFired_TheValueIsNotPutOut() => VirtualWorld.Run(async world =>
    {
        var clock = new AheadClock(world.Clock);
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Then("busy", x =>
            {
                clock.Ahead += x.Milliseconds();
                return x;
            })
            .Build(world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.Total(100.Milliseconds()))));
        Assert.Equal(100, await chain.RunAsync(100));
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(101).Completion).Outcome);
    });

    [Fact]
    public void Budget_ForTheFirstItemHasPassedAndTheDeadlineHasNotFired_NoItemIsPutOut() => VirtualWorld.Run(async world =>
    {
        var clock = new AheadClock(world.Clock);
        await using StreamChain<int, int> chain = Chain.From<int>("late")
            .Stream<int>("busy", (x, _, _) => Items(x))
            .Build(world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.FirstOutput(100.Milliseconds()))));
        Assert.Equal([100, 101], await chain.RunToListAsync(100));
        List<int> read = [];
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () =>
        {
            await foreach (int item in chain.Start(101).Output)
            {
                read.Add(item);
            }
        });
        Assert.Empty(read);

        async IAsyncEnumerable<int> Items(int x)
        {
            clock.Ahead += x.Milliseconds();
            yield return x;
            await Task.CompletedTask;
            yield return x + 1;
        }
    });

    /// <summary>A clock that continues while its timers do not fire.</summary>
    sealed class AheadClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp() + (Ahead.Ticks * inner.TimestampFrequency / TimeSpan.TicksPerSecond);

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Ahead;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
