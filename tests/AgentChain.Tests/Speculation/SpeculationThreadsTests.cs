using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class SpeculationThreadsTests
{
    [Fact]
    public void DecideAndResolve_FromManyThreads_LoseNothing()
    {
        var controller = new SpeculationController(new() { LogSize = 64 });
        var budget = new WasteBudget(0.5, TimeSpan.FromSeconds(1));
        const int Each = 5_000;
        Parallel.For(0, 4, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Each; i++)
            {
                string block = i % 2 == 0 ? "b" : "c";
                SpeculationRequest request = Questions.Of(0.8, silence: random.Next(500), block: block) with { Budget = budget };
                SpeculationDecision decision = controller.Ask(request, random.NextDouble() < 0.8);
                Assert.InRange(decision.Probability, 0, 1);
                budget.Spend(TimeSpan.FromMilliseconds(1));
                budget.Earn(TimeSpan.FromMilliseconds(2));
                if (i % 100 == 0)
                {
                    Assert.All(controller.Log.Snapshot(), entry => Assert.True(entry.Block is "b" or "c"));
                }
            }
        });

        Assert.Equal(4 * Each, controller.Log.Total);
        Assert.InRange(controller.Decide(Questions.Of(0.8, silence: 100)).Probability, 0.6, 0.95);
    }
}
