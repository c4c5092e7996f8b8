using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class SpeculationControllerTests
{
    static readonly TimeSpan Ms100 = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(0.51, 1, true)]
    [InlineData(0.49, 1, false)]
    [InlineData(0.7, 2, true)]
    [InlineData(0.6, 2, false)]
    [InlineData(0.01, 0, true)]
    [InlineData(0, 0, false)]
    public void Decide_GainAgainstPrice_StartsWhereItIsWorthIt(double probability, double price, bool starts)
    {
        SpeculationDecision decision = Questions.Trusting(new() { Price = price }).Decide(Questions.Of(probability));
        Assert.Equal(starts ? SpeculationVerdict.Start : SpeculationVerdict.Decline, decision.Verdict);
        Assert.Equal(starts ? SpeculationReason.Worth : SpeculationReason.NotWorth, decision.Reason);
        Assert.Equal((probability, Ms100, Ms100), (decision.Probability, decision.Gain, decision.Cost));
    }

    [Fact]
    public void Decide_LongPathBehindShortWork_GainIsThePathAndCostTheWork()
    {
        SpeculationDecision decision = Questions.Trusting().Decide(Questions.Of(0.3, work: 100, path: 480, left: 350));
        Assert.Equal(SpeculationVerdict.Start, decision.Verdict);
        Assert.Equal((TimeSpan.FromMilliseconds(350), Ms100), (decision.Gain, decision.Cost));
    }

    [Fact]
    public void Decide_TruthDueAtOnce_NothingIsToBeGained() =>
        Assert.Equal(SpeculationReason.NotWorth, Questions.Trusting().Decide(Questions.Of(0.99, left: 0)).Reason);

    [Fact]
    public void Decide_TruthUnknown_WholePathCounts() =>
        Assert.Equal(TimeSpan.FromMilliseconds(400), Questions.Trusting().Decide(Questions.Of(0.9, path: 400, left: null)).Gain);

    [Fact]
    public void Decide_PathShorterThanTheTimeLeft_WaitsAsLongAsIsFree()
    {
        SpeculationController controller = Questions.Trusting(new() { Margin = TimeSpan.FromMilliseconds(30) });
        SpeculationDecision early = controller.Decide(Questions.Of(0.9, path: 200, left: 500));
        Assert.Equal((SpeculationVerdict.Later, SpeculationReason.StillFree), (early.Verdict, early.Reason));
        Assert.Equal(TimeSpan.FromMilliseconds(270), early.AskAgainIn);
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9, path: 200, left: 230)).Verdict);
    }

    [Fact]
    public void Decide_NotWorthIt_IsNotAskedAgain() =>
        Assert.Equal(SpeculationVerdict.Decline, Questions.Trusting().Decide(Questions.Of(0.1, left: 500)).Verdict);

    [Fact]
    public void Decide_BusyDevice_CostsMore()
    {
        SpeculationController controller = Questions.Trusting(new() { LoadPrice = 0.5 });
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.6)).Verdict);
        Assert.Equal(SpeculationReason.NotWorth, controller.Decide(Questions.Of(0.6) with { Load = 2 }).Reason);
    }

    [Fact]
    public void Decide_BudgetRunsLow_TakesOnlyBetterChances()
    {
        SpeculationController controller = Questions.Trusting();
        var budget = new WasteBudget(0, TimeSpan.FromSeconds(1));
        SpeculationRequest request = Questions.Of(0.6) with { Budget = budget };
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(request).Verdict);
        budget.Spend(TimeSpan.FromMilliseconds(800));
        Assert.Equal(SpeculationReason.NotWorth, controller.Decide(request).Reason);
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(request with { Probability = 0.7 }).Verdict);
    }

    [Fact]
    public void Decide_ExpectedWasteBeyondTheBudget_IsDeclined()
    {
        SpeculationController controller = Questions.Trusting();
        var budget = new WasteBudget(0.1, Ms100);
        budget.Spend(TimeSpan.FromMilliseconds(90));
        SpeculationRequest request = Questions.Of(0.85) with { Budget = budget };
        Assert.Equal(SpeculationReason.OverBudget, controller.Decide(request).Reason);
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(request with { Probability = 0.95 }).Verdict);
        budget.Earn(TimeSpan.FromSeconds(1));
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(request).Verdict);
    }

    [Fact]
    public void Decide_AsOftenAsAllowed_StartsNoMore()
    {
        SpeculationController controller = Questions.Trusting(new() { MaxStartsPerTurn = 3 });
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9) with { Started = 2 }).Verdict);
        Assert.Equal(SpeculationReason.TooOften, controller.Decide(Questions.Of(0.9) with { Started = 3 }).Reason);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1.0001)]
    [InlineData(-0.0001)]
    public void Decide_NoProbability_IsDeclinedAndLearnedWithoutHarm(double probability)
    {
        IProbabilityEstimator[] estimators = [new PublishedEstimator(), new LogisticEstimator(), new BetaBinomialEstimator()];
        foreach (IProbabilityEstimator estimator in estimators)
        {
            var controller = new SpeculationController(new() { Estimator = estimator });
            SpeculationDecision decision = controller.Ask(Questions.Of(probability), true);
            Assert.Equal((SpeculationVerdict.Decline, SpeculationReason.BadEstimate), (decision.Verdict, decision.Reason));
            Assert.Equal(0, decision.Probability);
            Assert.Equal(0.5, estimator.Estimate(Questions.Of(0.5)), 3);
        }
    }

    [Fact]
    public void Decide_ScoreThatIsNoNumber_IsDeclined()
    {
        var controller = new SpeculationController();
        Assert.Equal(SpeculationReason.BadEstimate, controller.Decide(Questions.Of(0.9, endOfTurn: double.NaN)).Reason);
        Assert.Equal(SpeculationReason.BadEstimate, controller.Decide(Questions.Of(0.9, endOfTurn: 7)).Reason);
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9, endOfTurn: 0.9)).Verdict);
    }

    [Fact]
    public void Shadow_WorthStarting_IsLoggedAndLearnedButNotStarted()
    {
        var controller = new SpeculationController(new() { Shadow = true });
        for (int i = 0; i < 200; i++)
        {
            SpeculationDecision decision = controller.Ask(Questions.Of(0.8), cameTrue: true);
            Assert.Equal((SpeculationVerdict.Decline, SpeculationReason.Shadow), (decision.Verdict, decision.Reason));
        }

        Assert.True(controller.Decide(Questions.Of(0.8)).Probability > 0.9);
        Assert.Equal(200, controller.Log.Total);
    }

    [Fact]
    public void Decide_OneStageConstantProbability_SavesPTimesTheShorterOfWorkAndWindow()
    {
        var random = new Random(11);
        (double, int, int)[] cases = [(0.8, 100, 60), (0.8, 100, 300), (0.6, 250, 250), (0.95, 40, 90), (0.3, 100, 100)];
        foreach ((double p, int work, int window) in cases)
        {
            SpeculationController controller = Questions.Trusting(new() { Margin = TimeSpan.Zero });
            const int Turns = 20_000;
            double saved = 0;
            for (int turn = 0; turn < Turns; turn++)
            {
                saved += random.NextDouble() < p ? SavedIfTrue(controller, p, work, window) : 0;
            }

            double expected = p > 0.5 ? p * Math.Min(work, window) : 0;
            double deviation = Math.Min(work, window) * Math.Sqrt(p * (1 - p) / Turns);
            Assert.InRange(saved / Turns, expected - (4 * deviation), expected + (4 * deviation));
        }
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        SpeculationControllerOptions[] bad =
        [
            new() { Price = -1 }, new() { Price = double.NaN }, new() { LoadPrice = -0.1 }, new() { BudgetPrice = double.PositiveInfinity },
            new() { Margin = TimeSpan.FromTicks(-1) }, new() { MaxStartsPerTurn = 0 }, new() { CalibrationWindow = 9 },
            new() { CalibrationBand = 0 }, new() { CalibrationTolerance = 1.1 }, new() { LogSize = -1 },
        ];
        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(() => new SpeculationController(options)));
    }

    [Fact]
    public void Decide_AfterTheFirst_AllocatesNothing()
    {
        var controller = new SpeculationController();
        SpeculationRequest request = Questions.Of(0.7, endOfTurn: 0.8, silence: 150) with { Budget = new(0.2, TimeSpan.FromSeconds(1)) };
        for (int i = 0; i < 100; i++)
        {
            controller.Ask(request, i % 3 != 0);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            controller.Ask(request, i % 3 != 0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void DecideAndResolve_RandomQuestions_AnswersAreAlwaysInRange()
    {
        var random = new Random(5);
        IProbabilityEstimator[] estimators = [new LogisticEstimator(), new BetaBinomialEstimator(), new PublishedEstimator()];
        for (int round = 0; round < 30; round++)
        {
            var controller = new SpeculationController(new()
            {
                Price = random.NextDouble() * 3, BudgetPrice = random.NextDouble(), LoadPrice = random.NextDouble(),
                Estimator = estimators[round % 3], LogSize = 8,
            });
            var budget = new WasteBudget(0.2, Ms100);
            for (int i = 0; i < 300; i++)
            {
                SpeculationRequest request = Questions.Of(
                    random.NextDouble(), random.Next(300), random.Next(600), random.Next(3) == 0 ? null : random.Next(800),
                    random.Next(2) == 0 ? null : random.Next(11) / 10.0, random.Next(2) == 0 ? null : random.Next(1200),
                    random.Next(2) == 0 ? "b" : "c") with { Unchanged = random.Next(50), Budget = budget, Load = random.NextDouble() * 4 };
                SpeculationDecision decision = controller.Ask(request, random.Next(2) == 0);
                Assert.InRange(decision.Probability, 0, 1);
                Assert.True(decision.Gain >= decision.Cost && decision.Cost >= TimeSpan.Zero);
                Assert.True(decision.Cost <= request.Work);
                Assert.True(decision.Verdict != SpeculationVerdict.Later || decision.AskAgainIn > TimeSpan.Zero);
                Assert.True(decision.Verdict != SpeculationVerdict.Start || decision.Reason == SpeculationReason.Worth);
            }

            Assert.Equal(8, controller.Log.Snapshot().Length);
        }
    }

    /// <summary>Plays one turn whose hypothesis comes true after the window, and asks again when the controller requests it.</summary>
    static double SavedIfTrue(SpeculationController controller, double p, int work, int window)
    {
        for (double at = 0; at < window;)
        {
            SpeculationDecision decision = controller.Decide(
                Questions.Of(p, work) with { TimeToFinal = TimeSpan.FromMilliseconds(window - at) });
            switch (decision.Verdict)
            {
                case SpeculationVerdict.Start: return Math.Min(work, window - at);
                case SpeculationVerdict.Decline: return 0;
                default: at += decision.AskAgainIn.TotalMilliseconds; break;
            }
        }

        return 0;
    }
}
