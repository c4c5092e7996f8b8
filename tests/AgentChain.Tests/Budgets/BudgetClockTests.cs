using AgentChain.Budgets;

namespace AgentChain.Tests.Budgets;

public class BudgetClockTests
{
    const long TicksPerSecond = 1_000_000_000;
    const long Ms = TicksPerSecond / 1000;

    [Fact]
    public void Next_BeforeTheFirstOutput_IsTheSoonerOfFirstAndTotal()
    {
        Assert.Equal((100 + (30 * Ms), BudgetLimit.FirstOutput), Clock(LatencyBudget.FirstOutput(30.Milliseconds()).AndTotal(50.Milliseconds())).Next(0));
        Assert.Equal((100 + (50 * Ms), BudgetLimit.Total), Clock(LatencyBudget.Total(50.Milliseconds())).Next(0));
        Assert.Equal((BudgetClock.Never, BudgetLimit.None), Clock(LatencyBudget.None).Next(0));
    }

    [Fact]
    public void Next_StallBeforeTheFirstOutput_IsNotYetLimited() =>
        Assert.Equal(BudgetClock.Never, Clock(LatencyBudget.Stall(5.Milliseconds())).Next(0).At);

    [Fact]
    public void Next_AfterAnOutput_IsTheSoonerOfStallAndTotal()
    {
        BudgetClock clock = Clock(LatencyBudget.FirstOutput(30.Milliseconds()).AndTotal(100.Milliseconds()).AndStall(20.Milliseconds()));
        Assert.Equal((50 * Ms, BudgetLimit.Stall), clock.Next(30 * Ms));
        Assert.Equal((100 + (100 * Ms), BudgetLimit.Total), clock.Next(95 * Ms));
        Assert.Equal((BudgetClock.Never, BudgetLimit.None), Clock(LatencyBudget.FirstOutput(30.Milliseconds())).Next(10 * Ms));
    }

    [Fact]
    public void Next_BudgetsBeyondTheEndOfTime_AreNever()
    {
        BudgetClock clock = Clock(LatencyBudget.FirstOutput(TimeSpan.MaxValue).AndTotal(TimeSpan.MaxValue).AndStall(TimeSpan.MaxValue));
        Assert.Equal(BudgetClock.Never, clock.Next(0).At);
        Assert.Equal(BudgetClock.Never, clock.Next(500).At);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void LatencyBudget_NotMoreThanZero_Throws(int milliseconds)
    {
        TimeSpan time = milliseconds.Milliseconds();
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.FirstOutput(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.Total(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.Stall(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.None.AndFirstOutput(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.None.AndTotal(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyBudget.None.AndStall(time));
    }

    static BudgetClock Clock(LatencyBudget budget) => new(budget, 100, TicksPerSecond);
}
