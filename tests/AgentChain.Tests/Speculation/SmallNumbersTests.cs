using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

/// <summary>Where there is little to go by, or no time left.</summary>
public class SmallNumbersTests
{
    static readonly SpeculationRequest Request = new()
    {
        Block = "block", Level = SpeculationLevel.Full, Probability = 0.1, Work = 100.Milliseconds(), Path = 100.Milliseconds(),
    };

    [Fact]
    public void Decide_TimeToTheFinalValueHasPassed_NothingIsGainedNorRisked()
    {
        SpeculationDecision decision = new SpeculationController().Decide(Request with { TimeToFinal = (-5).Milliseconds() });
        Assert.Equal(
            (SpeculationVerdict.Decline, SpeculationReason.NotWorth, TimeSpan.Zero, TimeSpan.Zero),
            (decision.Verdict, decision.Reason, decision.Gain, decision.Cost));
    }

    [Fact]
    public void HasDrifted_FewOutcomes_SayNothing()
    {
        var window = new CalibrationWindow(size: 100, deviations: 2, tolerance: 0.05);
        for (int i = 0; i < 24; i++)
        {
            window.Add(0.99, cameTrue: false);
            Assert.False(window.HasDrifted);
        }

        window.Add(0.99, cameTrue: false);
        Assert.True(window.HasDrifted);
    }

    [Fact]
    public void Estimate_OneOutcome_MovesWhatWasPublishedALittle()
    {
        var estimator = new BetaBinomialEstimator(priorStrength: 4);
        SpeculationRequest request = Request with { Probability = 0.2 };
        Assert.Equal(0.2, estimator.Estimate(request), 9);
        estimator.Learn(request, cameTrue: false);
        Assert.Equal(0.16, estimator.Estimate(request), 9);
        estimator.Learn(request, cameTrue: true);
        Assert.InRange(estimator.Estimate(request), 0.29, 0.31);
    }
}
