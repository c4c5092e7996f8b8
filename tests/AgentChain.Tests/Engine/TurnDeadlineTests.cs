using AgentChain.Budgets;
using AgentChain.Engine.Turns;

namespace AgentChain.Tests.Engine;

public class TurnDeadlineTests
{
    [Theory]
    [InlineData(0, BudgetLimit.Total)]
    [InlineData(1, BudgetLimit.FirstOutput)]
    [InlineData(3, BudgetLimit.Stall)]
    [InlineData((long.MaxValue >> 3) - 1, BudgetLimit.Stall)]
    public void Set_TimeAndLimit_AreKept(long due, BudgetLimit limit)
    {
        TurnDeadline deadline = default;
        deadline.Set((due, limit));
        Assert.Equal((due, limit, false), deadline.Look(out _));
        Assert.Equal(due, deadline.Due);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue >> 3)]
    public void Set_BeyondTheEndOfTime_IsNever(long due)
    {
        TurnDeadline deadline = default;
        deadline.Set((due, BudgetLimit.Total));
        Assert.Equal((BudgetClock.Never, BudgetLimit.None, false), deadline.Look(out _));
        Assert.Equal(BudgetClock.Never, deadline.Due);
    }

    [Fact]
    public void EndInput_AtTheClocksStart_IsSet()
    {
        TurnDeadline deadline = default;
        Assert.True(deadline.EndInput(0));
        Assert.Equal(1, deadline.InputEndedAt);
        Assert.False(deadline.EndInput(5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HostWait_LimitIsSetMeanwhile_BothAreKept(bool sets)
    {
        TurnDeadline deadline = default;
        deadline.Set((5, BudgetLimit.Stall));
        deadline.BeginHostWait();
        Assert.Equal((5, BudgetLimit.Stall, true), deadline.Look(out long seen));
        deadline.Set((9, BudgetLimit.Total));
        Assert.Equal((9, BudgetLimit.Total, true), deadline.Look(out _));
        Assert.False(deadline.TryPostpone(seen, (7, BudgetLimit.Stall)));
        deadline.EndHostWait(sets ? (11, BudgetLimit.Stall) : null);
        Assert.Equal(sets ? (11, BudgetLimit.Stall, false) : (9, BudgetLimit.Total, false), deadline.Look(out _));
    }

    [Fact]
    public async Task Set_ReadWhileItIsWritten_TimeAndLimitBelongTogether()
    {
        var shared = new Shared();
        shared.Deadline.Set((1, BudgetLimit.FirstOutput));
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < 2_000_000; i++)
            {
                shared.Deadline.Set(i % 2 == 0 ? (1_000_002, BudgetLimit.Stall) : (1, BudgetLimit.FirstOutput));
            }
        });
        while (!writer.IsCompleted)
        {
            (long due, BudgetLimit limit, bool _) = shared.Deadline.Look(out long _);
            Assert.Equal(due == 1 ? BudgetLimit.FirstOutput : BudgetLimit.Stall, limit);
        }

        await writer.WaitAsync(TimeSpan.FromMinutes(1));
    }

    sealed class Shared
    {
        public TurnDeadline Deadline;
    }
}
