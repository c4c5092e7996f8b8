using System.Globalization;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

/// <summary>However long a false alarm may take, output is never held for ever, and a clock that fails holds nothing.</summary>
public class FalseAlarmTests
{
    [Theory]
    [InlineData(24.9)]
    [InlineData(60)]
    [InlineData(400)]
    public void BeginBargeIn_FalseAlarmLongerThanATimer_ResumesOnTime(double days) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("chain").Then("step", x => x).Build(world.Options(o => o.TimeProvider = new ShortTimers(world.Clock)));
        await using Conversation<int, int> conversation = chain.OpenConversation(new() { FalseAlarmAfter = TimeSpan.FromDays(days) });
        await using Turn<int> turn = await conversation.StartAsync(1);
        using BargeIn bargeIn = conversation.BeginBargeIn();
        Assert.Equal(1, await turn.Output.FirstAsync());
        Assert.Equal(TimeSpan.FromDays(days), world.Elapsed);
        Assert.Equal(BargeInState.Resumed, bargeIn.State);
    });

    [Fact]
    public void BeginBargeIn_FalseAlarmAfterTheLongestTime_HoldsUntilItIsDecided() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("chain").Then("step", x => x).Build(world.Options(o => o.TimeProvider = new ShortTimers(world.Clock)));
        await using Conversation<int, int> conversation = chain.OpenConversation(new() { FalseAlarmAfter = TimeSpan.MaxValue });
        await using Turn<int> turn = await conversation.StartAsync(1);
        using BargeIn bargeIn = conversation.BeginBargeIn();
        await world.Delay(TimeSpan.FromDays(500));
        Assert.Equal(BargeInState.Pending, bargeIn.State);
        Assert.True(bargeIn.Resume());
        Assert.Equal(1, await turn.Output.FirstAsync());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BeginBargeIn_ClockThatRefusesItsTimer_HoldsNothing(bool create) => VirtualWorld.Run(async world =>
    {
        var clock = new ShortTimers(world.Clock);
        await using Chain<int, int> chain = Chain.From<int>("chain").Then("step", x => x).Build(world.Options(o => o.TimeProvider = clock));
        await using Conversation<int, int> conversation = chain.OpenConversation();
        await using Turn<int> turn = await conversation.StartAsync(1);
        (clock.FailsToCreate, clock.FailsToChange) = (create, !create);
        Assert.Throws<NotSupportedException>(conversation.BeginBargeIn);
        (clock.FailsToCreate, clock.FailsToChange) = (false, false);
        Assert.Equal(1, await turn.Output.FirstAsync());
    });

    [Fact]
    public async Task Budget_LongerThanATimer_OnAClockOfTheHosts_IsNoError()
    {
        foreach (TimeSpan budget in new[] { TimeSpan.FromDays(30), TimeSpan.FromDays(60), TimeSpan.MaxValue })
        {
            await using Chain<int, int> chain = Chain.From<int>("chain")
                .Then("step", async (x, _) =>
                {
                    await Task.Yield();
                    return x;
                })
                .Build(new ChainOptions { Budget = LatencyBudget.Total(budget), TimeProvider = new ShortTimers(TimeProvider.System) });
            Assert.Equal(1, await chain.RunAsync(1));
        }
    }

    [Fact]
    public void Budget_LongerThanATimer_RunsOutOnTime() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("chain")
            .Then("step", async (int x, CancellationToken token) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
                return x;
            })
            .Build(world.Options(o => (o.Budget, o.TimeProvider) = (LatencyBudget.Total(TimeSpan.FromDays(49.2)), new ShortTimers(world.Clock))));
        await using Turn<int> turn = chain.Start(1);
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await turn.Completion).Outcome);
        Assert.Equal(TimeSpan.FromDays(49.2).TotalMilliseconds, world.Elapsed.TotalMilliseconds, 1.0);
    });

    /// <summary>Rejects the times that .NET timers reject.</summary>
    sealed class ShortTimers(TimeProvider clock) : TimeProvider
    {
        public bool FailsToCreate { get; set; }

        public bool FailsToChange { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => FailsToCreate
            ? throw new NotSupportedException()
            : new Short(this, clock.CreateTimer(callback, state, Checked(dueTime), period));

        static TimeSpan Checked(TimeSpan time) => time.TotalMilliseconds <= 4294967294
            ? time
            : throw new ArgumentOutOfRangeException(nameof(time), time.ToString(null, CultureInfo.InvariantCulture));

        sealed class Short(ShortTimers owner, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => owner.FailsToChange ? throw new NotSupportedException() : timer.Change(Checked(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
