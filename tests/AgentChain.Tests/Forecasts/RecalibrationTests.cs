using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class RecalibrationTests
{
    [Fact]
    public void Correct_NothingLearned_IsTheScore()
    {
        Assert.Equal(1.5, new Recalibration().Correct(1.5));
        Assert.Equal(double.NegativeInfinity, new Recalibration().Correct(double.NegativeInfinity));
    }

    [Fact]
    public void Learn_PredictionsThatAreTooSure_AreCorrected()
    {
        // The truth has 0.4 of the slope, and is shifted down.
        var random = new Random(5);
        var it = new Recalibration();
        for (int i = 0; i < 50_000; i++)
        {
            double score = (4 * random.NextDouble()) - 2;
            it.Learn(score, random.NextDouble() < NormalDistribution.Below((0.4 * score) - 0.3));
        }

        Assert.Equal(-0.3, it.Correct(0), 0.08);
        Assert.Equal(0.4, it.Correct(1) - it.Correct(0), 0.08);
    }

    [Fact]
    public void Learn_CertainPredictionsThatFail_KeepTheLineInItsRange()
    {
        var it = new Recalibration();
        for (int i = 0; i < 100_000; i++)
        {
            it.Learn(double.PositiveInfinity, onTime: false);
        }

        Assert.InRange(it.Correct(0), -1.5, 1.5);
        Assert.InRange(it.Correct(1) - it.Correct(0), 0.3, 2);
    }

    [Fact]
    public void Learn_OneCertainPredictionThatFails_HardlyMovesTheLine()
    {
        var it = new Recalibration();
        it.Learn(double.PositiveInfinity, onTime: false);

        Assert.InRange(it.Correct(1) - it.Correct(0), 0.9, 1);
    }
}
