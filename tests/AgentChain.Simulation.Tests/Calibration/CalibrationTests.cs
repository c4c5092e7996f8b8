namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>Predicted probabilities to be on time against what happens; the command <c>calibration</c> of the benchmarks has more turns.</summary>
public sealed class CalibrationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.7)]
    public void ProbabilityWithin_WholeTurnsAndTheirRests_IsWithinThreePointsInEveryDecile(double? load)
    {
        var study = CalibrationStudy.Run(learn: 3000, turns: 30_000, seed: 1, load);

        Assert.Equal((10, 10), (study.AtStart.Bins(1000).Count(), study.Inside.Bins(1000).Count()));
        Assert.InRange(study.AtStart.Worst(1000), 0, 0.03);
        Assert.InRange(study.Inside.Worst(1000), 0, 0.03);
    }

    [Fact]
    public void Predict_WhatTheChainSaysAtHalfItsLoad_IsWithinThreePointsInEveryDecile()
    {
        Reliability reliability = PredictStudy.Run(turns: 15_000, load: 0.5);

        Assert.Equal(10, reliability.Bins(1000).Count());
        Assert.InRange(reliability.Worst(1000), 0, 0.03);
    }

    [Fact]
    public void Explain_BlocksWithLengthsOfTheirOwn_IsWithinThreePointsForAnyLimit()
    {
        var study = CalibrationStudy.Run(learn: 3000, turns: 10_000, seed: 1, isShared: false);

        Assert.All([0.05, 0.25, 0.5, 0.75, 0.95], share => Assert.InRange(
            study.Planned(TimeSpan.FromMilliseconds(study.Times[(int)(share * study.Times.Count)])), share - 0.03, share + 0.03));
    }
}
