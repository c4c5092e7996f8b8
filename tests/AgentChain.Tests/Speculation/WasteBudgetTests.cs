using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class WasteBudgetTests
{
    [Fact]
    public void Left_EarnedAndSpent_IsTheBurstAndTheShareOfWhatWasUseful()
    {
        var budget = new WasteBudget(0.1, TimeSpan.FromMilliseconds(500));
        Assert.Equal((500, 1), (budget.Left.TotalMilliseconds, budget.Level));
        budget.Spend(TimeSpan.FromMilliseconds(300));
        Assert.Equal((200, 0.4), (budget.Left.TotalMilliseconds, Math.Round(budget.Level, 9)));
        budget.Earn(TimeSpan.FromSeconds(1));
        Assert.Equal(300, budget.Left.TotalMilliseconds, 6);
        budget.Earn(TimeSpan.FromHours(1));
        Assert.Equal((500, 1), (budget.Left.TotalMilliseconds, budget.Level));
    }

    [Fact]
    public void Spend_MoreThanThereIs_IsOwed()
    {
        var budget = new WasteBudget(0.1, TimeSpan.FromMilliseconds(50));
        budget.Spend(TimeSpan.FromMilliseconds(80));
        Assert.Equal((-30, 0), (Math.Round(budget.Left.TotalMilliseconds, 6), budget.Level));
        Assert.Equal(0, new WasteBudget(0, TimeSpan.Zero).Level);
    }

    [Fact]
    public void WasteBudget_RandomUse_NeverLetsMoreBeWastedThanBurstAndShare()
    {
        var random = new Random(8);
        for (int round = 0; round < 50; round++)
        {
            double share = random.NextDouble() * 0.3;
            var budget = new WasteBudget(share, TimeSpan.FromMilliseconds(200));
            SpeculationController controller = Questions.Trusting(new() { Price = 0 });
            double useful = 0;
            double wasted = 0;
            for (int i = 0; i < 1000; i++)
            {
                SpeculationRequest request = Questions.Of(random.NextDouble()) with { Budget = budget };
                if (controller.Decide(request).Verdict == SpeculationVerdict.Start && random.NextDouble() >= request.Probability)
                {
                    budget.Spend(request.Work);
                    wasted += 100;
                }

                budget.Earn(request.Work);
                useful += 100;
            }

            Assert.InRange(wasted, 0, 200 + (share * useful) + 100);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void WasteBudget_BadShare_IsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WasteBudget(share, TimeSpan.Zero));
}
