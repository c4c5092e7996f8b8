using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class CalibrationTests
{
    [Fact]
    public void Decide_HitsFallBehindThePredicted_DeclinesUntilTheyFitAgain()
    {
        SpeculationController controller = Questions.Trusting(new() { CalibrationWindow = 100 });
        var random = new Random(3);
        Play(controller, random, truth: 0.9, turns: 500);
        Assert.False(controller.HasDrifted("b"));

        Play(controller, random, truth: 0.4, turns: 100);
        SpeculationDecision declined = controller.Decide(Questions.Of(0.9));
        Assert.Equal((SpeculationVerdict.Decline, SpeculationReason.Drifted), (declined.Verdict, declined.Reason));
        Assert.True(controller.HasDrifted("b"));
        Assert.False(controller.HasDrifted("another"));
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9, block: "another")).Verdict);

        Play(controller, random, truth: 0.9, turns: 200);
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9)).Verdict);
    }

    [Fact]
    public void Decide_DriftThatTheEstimatorLearns_StartsAgainByItself()
    {
        var controller = new SpeculationController(new() { CalibrationWindow = 100, Estimator = new LogisticEstimator(decay: 0.9998) });
        var random = new Random(4);
        Play(controller, random, truth: 0.9, turns: 3000);
        Assert.False(controller.HasDrifted("b"));
        Assert.InRange(Play(controller, random, truth: 0.62, turns: 1500), 50, 1500);
        Play(controller, random, truth: 0.62, turns: 8000);
        Assert.False(controller.HasDrifted("b"));
        Assert.Equal(SpeculationVerdict.Start, controller.Decide(Questions.Of(0.9)).Verdict);
    }

    [Theory]
    [InlineData(0.55)]
    [InlineData(0.75)]
    [InlineData(0.95)]
    public void Decide_CalibratedForLong_RaisesNoFalseAlarm(double truth)
    {
        SpeculationController controller = Questions.Trusting();
        var random = new Random(6);
        int declined = 0;
        for (int turn = 0; turn < 20_000; turn++)
        {
            SpeculationDecision decision = controller.Ask(Questions.Of(truth), random.NextDouble() < truth);
            declined += decision.Verdict == SpeculationVerdict.Start ? 0 : 1;
        }

        Assert.InRange(declined, 0, 100);
    }

    [Fact]
    public void Decide_MoreHitsThanPredicted_IsNoReasonToStop()
    {
        SpeculationController controller = Questions.Trusting();
        for (int turn = 0; turn < 500; turn++)
        {
            Assert.Equal(SpeculationVerdict.Start, controller.Ask(Questions.Of(0.6), cameTrue: true).Verdict);
        }
    }

    /// <summary>Plays turns whose block claims 0.9, and returns how many were declined.</summary>
    static int Play(SpeculationController controller, Random random, double truth, int turns)
    {
        int declined = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            SpeculationDecision decision = controller.Ask(Questions.Of(0.9), random.NextDouble() < truth);
            declined += decision.Reason == SpeculationReason.Drifted ? 1 : 0;
        }

        return declined;
    }
}
