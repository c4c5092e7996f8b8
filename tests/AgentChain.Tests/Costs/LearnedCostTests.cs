using AgentChain.Costs;
using AgentChain.Simulation;

namespace AgentChain.Tests.Costs;

public class LearnedCostTests
{
    [Fact]
    public void Predict_NoModelAndNoRuns_IsUnknown()
    {
        var cost = new LearnedCost();

        Assert.False(cost.CanPredict);
        Assert.Equal((TimeSpan.Zero, 1.0), (cost.Predict(default), cost.ProbabilityWithin(default, 1.Seconds())));
        Assert.Equal("unknown", cost.ToString());
    }

    [Fact]
    public void Predict_ModelWithoutRuns_IsTheModelWithADefaultSpread()
    {
        var cost = new LearnedCost(CostModel.Constant(100.Milliseconds()));

        Assert.InRange(cost.Predict(default).TotalMilliseconds, 94, 106);
        Assert.InRange(cost.Predict(default, 0.99).TotalMilliseconds, 140, 180);
        Assert.InRange(cost.ProbabilityWithin(default, 135.Milliseconds()), 0.7, 0.95);
    }

    [Fact]
    public void Predict_NoModel_FindsTheStartAndTheTimeOfEachFeature()
    {
        var cost = new LearnedCost();
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            var features = new CostFeatures { Tokens = random.Next(10, 3000), OutputTokens = random.Next(1, 200) };
            cost.Observe(features, Noisy(random, 20 + (0.1 * features.Tokens) + (5 * features.OutputTokens), 0.2));
        }

        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 2000, OutputTokens = 100 }).TotalMilliseconds, 720 * 0.93, 720 * 1.07);
        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 50, OutputTokens = 2 }).TotalMilliseconds, 35 * 0.65, 35 * 1.35);
        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 100, OutputTokens = 190 }).TotalMilliseconds, 980 * 0.93, 980 * 1.07);
    }

    [Fact]
    public void Predict_ModelIsOffByTheSize_CorrectsEachSizeByItself()
    {
        var cost = new LearnedCost(CostModel.PerToken(default, 1.Milliseconds()));
        var random = new Random(6);
        for (int i = 0; i < 1000; i++)
        {
            double tokens = i % 2 == 0 ? 20 : 2000;
            cost.Observe(new CostFeatures { Tokens = tokens }, Noisy(random, tokens * (tokens > 100 ? 0.5 : 3), 0.1));
        }

        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 20 }).TotalMilliseconds, 60 * 0.93, 60 * 1.07);
        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 2000 }).TotalMilliseconds, 1000 * 0.93, 1000 * 1.07);
    }

    [Fact]
    public void Predict_DeviceBecomesSlower_FollowsWithinAHundredRuns()
    {
        var cost = new LearnedCost();
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            cost.Observe(default, Noisy(random, i < 2900 ? 100 : 250, 0.1));
        }

        Assert.InRange(cost.Predict(default).TotalMilliseconds, 220, 290);
    }

    [Fact]
    public void Predict_OneStuckRun_HardlyMovesTheMedian()
    {
        var cost = new LearnedCost();
        var random = new Random(8);
        for (int i = 0; i < 500; i++)
        {
            cost.Observe(default, i == 450 ? TimeSpan.FromHours(1) : Noisy(random, 100, 0.1));
        }

        Assert.InRange(cost.Predict(default).TotalMilliseconds, 90, 112);
    }

    [Fact]
    public void Observe_OneStuckRun_ThePredictionStaysClose()
    {
        LearnedCost cost = Learned(100, 100);

        cost.Observe(default, TimeSpan.FromHours(1));

        Assert.InRange(cost.Predict(default).TotalMilliseconds, 95, 120);
    }

    [Fact]
    public void Typical_ManyRuns_LaterOnesCountMore()
    {
        LearnedCost cost = Learned(100, 9000);
        Learn(cost, 200, 9000);

        Assert.InRange(cost.Typical().Mean, 0.17, 0.199);
    }

    [Fact]
    public void Typical_TimesChange_IsComputedAgain()
    {
        LearnedCost cost = Learned(100, 20);
        Assert.Equal(0.1, cost.Typical().Mean, 0.002);
        Learn(cost, 300, 180);

        Assert.Equal(0.28, cost.Typical().Mean, 0.01);
    }

    [Fact]
    public void Typical_CostsOfASize_AreThoseOfTheRunsSoFar()
    {
        var cost = new LearnedCost(new AffineCost { EachItem = 1.Milliseconds() });
        for (int i = 0; i < 30; i++)
        {
            cost.Observe(new CostFeatures { Items = 100 }, 100.Milliseconds());
        }

        Assert.Equal(0.1, cost.Typical().Mean, 0.002);
        Assert.All(cost.Samples(10), sample => Assert.Equal(0.1, sample, 0.002));
    }

    [Fact]
    public void Given_ModelOverflows_IsFinite() => Assert.True(double.IsFinite(
        new LearnedCost(new RooflineCost { Parameters = 1e300, OperationsPerSecond = 1e-300, BytesPerSecond = 1e-300 })
            .Given(new CostFeatures { Tokens = 1e12 }).Mean));

    [Fact]
    public void Predict_SizeWithoutRuns_IsCorrectedLikeTheNearest()
    {
        var cost = new LearnedCost(CostModel.PerToken(default, 1.Milliseconds()));
        for (int i = 0; i < 100; i++)
        {
            cost.Observe(new CostFeatures { Tokens = 20 }, 40.Milliseconds());
            cost.Observe(new CostFeatures { Tokens = 20_000 }, 10.Seconds());
        }

        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 100 }).TotalMilliseconds, 190, 210);
        Assert.InRange(cost.Predict(new CostFeatures { Tokens = 5000 }).TotalMilliseconds, 2400, 2600);
    }

    [Fact]
    public void ObserveCut_EarlierThanUsual_CountsAsUsual()
    {
        LearnedCost cost = Learned(100, 100);
        for (int i = 0; i < 100; i++)
        {
            cost.ObserveCut(default, 50.Milliseconds());
        }

        Assert.InRange(cost.Typical().Mean, 0.095, 0.15);
    }

    [Fact]
    public void ObserveCut_LaterThanAnyRun_CountsAsLong()
    {
        LearnedCost cost = Learned(100, 99);

        cost.ObserveCut(default, 500.Milliseconds());

        Assert.InRange(cost.Samples(1000)[^1], 0.49, 0.51);
    }

    [Fact]
    public void Forget_ThenAnotherTime_CountsAtOnce()
    {
        LearnedCost cost = Learned(1000, 64);
        Assert.Equal(1, cost.Typical().Mean, 0.02);
        for (int i = 0; i < 5; i++)
        {
            cost.Forget();
        }

        cost.Observe(default, 100.Milliseconds());

        // The 64 runs weigh 2.
        Assert.Equal((2 + 0.1) / 3, cost.Typical().Mean, 0.02);
        Assert.InRange(cost.Predict(default, 0.2) / cost.Predict(default, 0.9), 0.05, 0.2);
    }


    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ProbabilityWithin_LognormalRuns_IsWithinThreePointsInEveryDecile(int seed)
    {
        var cost = new LearnedCost();
        var random = new Random(seed);
        int[] runs = new int[10], onTime = new int[10];
        double[] predicted = new double[10];
        for (int i = 0; i < 60_000; i++)
        {
            var features = new CostFeatures { Tokens = random.Next(1, 2000) };
            TimeSpan took = Noisy(random, 30 + (0.2 * features.Tokens), 0.4);
            if (i >= 5000)
            {
                TimeSpan limit = TimeSpan.FromMilliseconds((30 + (0.2 * features.Tokens)) * (0.4 + (1.6 * random.NextDouble())));
                double probability = cost.ProbabilityWithin(features, limit);
                int decile = Math.Min(9, (int)(probability * 10));
                runs[decile]++;
                predicted[decile] += probability;
                onTime[decile] += took <= limit ? 1 : 0;
            }

            cost.Observe(features, took);
        }

        for (int decile = 0; decile < 10; decile++)
        {
            Assert.True(runs[decile] > 1000, $"Only {runs[decile]} runs in decile {decile}.");
            Assert.InRange((double)onTime[decile] / runs[decile], (predicted[decile] / runs[decile]) - 0.03, (predicted[decile] / runs[decile]) + 0.03);
        }
    }

    [Fact]
    public void Observe_BadFeature_ThrowsAndLearnsNothing()
    {
        var cost = new LearnedCost();

        Assert.Throws<ArgumentOutOfRangeException>(() => cost.Observe(new CostFeatures { Items = double.NaN }, 1.Seconds()));
        cost.Observe(default, TimeSpan.Zero);

        Assert.Equal(0, cost.Runs);
    }

    static LearnedCost Learned(int milliseconds, int runs)
    {
        var cost = new LearnedCost();
        Learn(cost, milliseconds, runs);
        return cost;
    }

    static void Learn(LearnedCost cost, int milliseconds, int runs)
    {
        for (int i = 0; i < runs; i++)
        {
            cost.Observe(default, milliseconds.Milliseconds());
        }
    }

    static TimeSpan Noisy(Random random, double median, double sigma)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return TimeSpan.FromMilliseconds(median * Math.Exp(sigma * normal));
    }
}
