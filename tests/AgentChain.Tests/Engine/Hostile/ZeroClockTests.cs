using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>A clock of the host's whose timestamps start at 0, which in the engine means "not set".</summary>
public class ZeroClockTests
{
    [Fact]
    public void GetTimestamp_StartsAtZero_ReportsAreThoseOfAnyOtherClock()
    {
        string usual = VirtualWorld.Run(world => WaterfallAsync(world, world.Clock));
        string zero = VirtualWorld.Run(world => WaterfallAsync(world, new ZeroClock(world.Clock)));
        Assert.Equal(usual, zero);
    }

    static async Task<string> WaterfallAsync(VirtualWorld world, TimeProvider clock)
    {
        await using StreamChain<int, int> chain = Chain.From<int>("zero")
            .Then("fused", x => x + 1)
            .Then("at once", (x, _) => ValueTask.FromResult(x), o => o.Budget(50.Milliseconds()))
            .Stream("items", (x, _, _) => Enumerable.Repeat(x, 3).ToAsyncEnumerable(), o => o.Stall(40.Milliseconds()))
            .ThenEach("each", world.Work<int>(10), o => o.Budget(30.Milliseconds()))
            .Build(world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.FirstOutput(60.Milliseconds()).AndStall(60.Milliseconds()))));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        return result.Report.ToWaterfall();
    }

    sealed class ZeroClock(TimeProvider real) : TimeProvider
    {
        readonly long _start = real.GetTimestamp();

        public override long TimestampFrequency => real.TimestampFrequency;

        public override long GetTimestamp() => real.GetTimestamp() - _start;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            real.CreateTimer(callback, state, dueTime, period);
    }
}
