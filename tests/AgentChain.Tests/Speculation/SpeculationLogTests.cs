using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class SpeculationLogTests
{
    [Fact]
    public void Snapshot_MoreThanItHolds_IsTheLastOldestFirst()
    {
        SpeculationController controller = Questions.Trusting(new() { LogSize = 3 });
        Assert.Empty(controller.Log.Snapshot());
        for (int i = 1; i <= 5; i++)
        {
            controller.Ask(Questions.Of(0.9) with { Now = TimeSpan.FromSeconds(i) }, cameTrue: true);
        }

        Assert.Equal(5, controller.Log.Total);
        Assert.Equal([3, 4, 5], controller.Log.Snapshot().Select(entry => (int)entry.Time.TotalSeconds));
    }

    [Fact]
    public void Snapshot_HitAndMiss_HoldsWhatWasPredictedAndWhatCameOfIt()
    {
        SpeculationController controller = Questions.Trusting();
        SpeculationRequest request = Questions.Of(0.8, work: 100, path: 400, left: 60);
        SpeculationDecision decision = controller.Decide(request);
        controller.Resolve(Questions.TurnedOut(request, decision, true) with { Saved = TimeSpan.FromMilliseconds(55) });
        controller.Resolve(Questions.TurnedOut(request, decision, false) with { Wasted = TimeSpan.FromMilliseconds(30) });

        SpeculationLogEntry[] entries = controller.Log.Snapshot();
        Assert.Equal([true, false], entries.Select(entry => entry.CameTrue));
        Assert.All(entries, entry => Assert.Equal(TimeSpan.FromMilliseconds(48), entry.Predicted));
        Assert.Equal([55, 0], entries.Select(entry => (int)entry.Saved.TotalMilliseconds));
        Assert.Equal([0, 30], entries.Select(entry => (int)entry.Wasted.TotalMilliseconds));
        Assert.All(entries, entry => Assert.True(entry is { Block: "b", Started: true }));
    }

    [Fact]
    public void Total_SizeZero_StaysZero()
    {
        SpeculationController controller = Questions.Trusting(new() { LogSize = 0 });
        controller.Ask(Questions.Of(0.9), cameTrue: true);
        Assert.Equal(0, controller.Log.Total);
        Assert.Empty(controller.Log.Snapshot());
    }
}
