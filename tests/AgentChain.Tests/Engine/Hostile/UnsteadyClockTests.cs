using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>A clock whose timestamps go back for an instant, or ahead, as those of virtual machines do that are moved.</summary>
public sealed class UnsteadyClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void GetTimestamp_GoesBackForInstants_TurnsEndAsTheyWould(int seed) => VirtualWorld.Run(async world =>
    {
        var random = new Random(seed);
        var clock = new UnsteadyClock(world.Clock, () => random.Next(3) == 0 ? -random.Next(1, 30).Milliseconds() : TimeSpan.Zero);
        await using StreamChain<int, int> chain = Mixed(world, world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.Total(2000.Milliseconds()).AndFirstOutput(1000.Milliseconds()))));
        for (int i = 0; i < 30; i++)
        {
            Turn<int> turn = chain.Start(i);
            Assert.Equal([i, 1], await turn.Output.ToListAsync());
            TurnResult result = await turn.Completion;
            Assert.Equal(TurnOutcome.Completed, result.Outcome);
            Assert.NotEmpty(result.Report.ToWaterfall());
            Assert.NotEmpty(result.ToString());
        }

        Assert.Equal(0, chain.LiveTurns);
    });

    /// <summary>
    /// A limit that falls due after the clock was ahead for an instant fires when it does, rather than when the clock comes there again.
    /// </summary>
    [Fact]
    public void GetTimestamp_WasAheadForAnInstant_LaterLimitsFireOnTime() =>
        Assert.True(Task.Run(WasAhead).Wait(TimeSpan.FromSeconds(60)), "The timer fires for ever, and no limit with it.");

    static void WasAhead() => VirtualWorld.Run(async world =>
    {
        TimeSpan off = TimeSpan.Zero;
        var clock = new UnsteadyClock(world.Clock, () => off);
        await using Chain<int, int> chain = Chain.From<int>("ahead").Then("deaf", world.Work<int>(60_000))
            .Build(world.Options(o => (o.TimeProvider, o.Budget) = (clock, LatencyBudget.Total(100.Milliseconds()))));
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(1).Completion).Outcome);
        Turn<int> hit = chain.Start(1);
        off = 30.Seconds();
        await world.Delay(200);
        Assert.True(hit.Completion.IsCompleted);
        off = TimeSpan.Zero;
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = world.Clock.GetElapsedTime(0);
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(1).Completion).Outcome);
            Assert.InRange((world.Clock.GetElapsedTime(0) - before).TotalMilliseconds, 99, 102);
        }
    });

    static StreamChain<int, int> Mixed(VirtualWorld world, ChainOptions options)
    {
        options.Speculation = new SpeculationOptions { Controller = new SpeculationController() };
        return Chain.From<int>("unsteady")
            .Revise("hear", (x, token) => HearAsync(world, x, token))
            .Then("fused", x => x)
            .Then("early", world.Work<int>(20), o => o.Speculate().Budget(500.Milliseconds()))
            .Parallel("both", l => l.Then("left", world.Work<int>(3)), r => r.Then("right", x => x), (x, _, _) => x)
            .Stream("items", (x, token) => ItemsAsync(world, x, token), o => o.FirstOutput(400.Milliseconds()).Stall(300.Milliseconds()))
            .ThenEach("each", x => x)
            .Build(options);
    }

    static async IAsyncEnumerable<Hypothesis<int>> HearAsync(
        VirtualWorld world, int input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative(input, 0.9);
        await world.Delay(30, token);
        yield return Hypothesis.Final(input);
    }

    static async IAsyncEnumerable<int> ItemsAsync(
        VirtualWorld world, int input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(5, token);
        yield return input;
        await world.Delay(5, token);
        yield return 1;
    }

    /// <summary>A clock whose timestamps are off by a specified amount each time.</summary>
    sealed class UnsteadyClock(TimeProvider real, Func<TimeSpan> off) : TimeProvider
    {
        public override long TimestampFrequency => real.TimestampFrequency;

        public override long GetTimestamp() => Math.Max(0, real.GetTimestamp() + (off().Ticks * TimestampFrequency / TimeSpan.TicksPerSecond));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            real.CreateTimer(callback, state, dueTime, period);
    }
}
