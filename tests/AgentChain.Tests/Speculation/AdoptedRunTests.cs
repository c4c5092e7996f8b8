using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

/// <summary>A class of its own, so that a run that is linked in a circle fails this test while others would look for its end.</summary>
public class AdoptedRunTests
{
    [Fact]
    public async Task Adopt_ByAnother_NoLongerEndsWithTheOneBefore()
    {
        var before = new SpeculativeRun();
        var run = new SpeculativeRun(before);
        var other = new SpeculativeRun();
        Assert.True(run.Adopt(other));
        Assert.Same(other, run.Parent);
        await Task.Run(before.Terminate).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((SpeculationState.Terminated, SpeculationState.Proposed), (before.State, run.State));
        await Task.Run(other.Terminate).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(SpeculationState.Terminated, run.State);
    }
}
