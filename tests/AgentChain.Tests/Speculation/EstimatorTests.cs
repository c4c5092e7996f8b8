using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class EstimatorTests
{
    [Fact]
    public void Estimate_NothingLearned_IsAsPublished()
    {
        Assert.Equal(0.37, new LogisticEstimator().Estimate(Questions.Of(0.37)), 6);
        Assert.Equal(0.37, new BetaBinomialEstimator().Estimate(Questions.Of(0.37)), 6);
        Assert.Equal(0.37, new PublishedEstimator().Estimate(Questions.Of(0.37)), 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Learn_ScoreAndSilence_AreCalibratedWithinFivePoints(bool counts)
    {
        IProbabilityEstimator estimator = counts ? new BetaBinomialEstimator() : new LogisticEstimator();
        var world = new TalkWorld(new Random(21));
        Assert.InRange(world.CalibrationError(estimator, warmUp: 3000, turns: 6000), 0, 0.05);
    }

    [Fact]
    public void Learn_FewQuestions_LogisticIsNearTheTruthAlready()
    {
        var world = new TalkWorld(new Random(22));
        double logistic = world.SquaredError(new LogisticEstimator(), warmUp: 300, turns: 4000);
        double counts = world.SquaredError(new BetaBinomialEstimator(), warmUp: 300, turns: 4000);
        Assert.InRange(logistic, 0, 0.01);
        Assert.True(logistic < counts, $"{logistic} against {counts}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Learn_WorldChanges_OldQuestionsFade(bool counts)
    {
        IProbabilityEstimator estimator = counts ? new BetaBinomialEstimator(decay: 0.99) : new LogisticEstimator(decay: 0.99);
        var random = new Random(23);
        foreach ((double truth, int count) in new[] { (0.9, 5000), (0.2, 800) })
        {
            for (int i = 0; i < count; i++)
            {
                estimator.Learn(Questions.Of(0.5, silence: 250), random.NextDouble() < truth);
            }

            Assert.InRange(estimator.Estimate(Questions.Of(0.5, silence: 250)), truth - 0.12, truth + 0.12);
        }
    }

    [Fact]
    public void Learn_OneBlock_SaysNothingOfAnother()
    {
        IProbabilityEstimator[] estimators = [new LogisticEstimator(), new BetaBinomialEstimator()];
        foreach (IProbabilityEstimator estimator in estimators)
        {
            for (int i = 0; i < 300; i++)
            {
                estimator.Learn(Questions.Of(0.5), cameTrue: false);
            }

            Assert.InRange(estimator.Estimate(Questions.Of(0.5)), 0, 0.2);
            Assert.Equal(0.5, estimator.Estimate(Questions.Of(0.5, block: "another")), 6);
        }
    }

    [Fact]
    public void Estimate_FewTurnsOfManyAlikeQuestions_StaysNearWhatIsPublished()
    {
        // Three turns in which every question came true, whatever was published: the fourth may be another.
        var estimator = new LogisticEstimator();
        for (int i = 0; i < 30; i++)
        {
            estimator.Learn(Questions.Of(0.05, silence: 0), cameTrue: true);
        }

        Assert.InRange(estimator.Estimate(Questions.Of(0.05, silence: 0)), 0.05, 0.3);
    }

    [Fact]
    public void Learn_AlwaysTheSameForLong_StaysANumberAndCanStillChange()
    {
        var estimator = new LogisticEstimator(decay: 0.99);
        for (int i = 0; i < 100_000; i++)
        {
            estimator.Learn(Questions.Of(1, endOfTurn: 1, silence: 5000), cameTrue: true);
        }

        Assert.InRange(estimator.Estimate(Questions.Of(1, endOfTurn: 1, silence: 5000)), 0.99, 1);
        for (int i = 0; i < 500; i++)
        {
            estimator.Learn(Questions.Of(1, endOfTurn: 1, silence: 5000), cameTrue: false);
        }

        Assert.InRange(estimator.Estimate(Questions.Of(1, endOfTurn: 1, silence: 5000)), 0, 0.2);
    }

    [Fact]
    public void Constructors_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogisticEstimator(priorVariance: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogisticEstimator(decay: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogisticEstimator(decay: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BetaBinomialEstimator(priorStrength: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BetaBinomialEstimator(decay: 0));
    }
}
