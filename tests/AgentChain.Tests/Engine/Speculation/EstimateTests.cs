using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Speculation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>The estimates that gates learn and keep.</summary>
public class EstimateTests
{
    [Fact]
    public void WorkEstimate_FirstRuns_CountAlike()
    {
        var work = new WorkEstimator();
        Assert.Null(work.Mean);
        work.Add(100);
        work.Add(0);
        Assert.Equal(50, work.Mean);
        work.Add(20);
        Assert.Equal(40, Math.Round(work.Mean!.Value, 6));
        for (int i = 0; i < 200; i++)
        {
            work.Add(1000);
        }

        Assert.InRange(work.Mean!.Value, 999, 1000);
    }

    [Fact]
    public void SalvageEstimate_WorkHardlyEverStands_IsUnlikelyUntilItStandsAgain()
    {
        var salvage = new ReuseRateEstimator();
        Assert.True(salvage.IsLikely);
        for (int i = 0; i < 10; i++)
        {
            salvage.Add(stood: false);
        }

        Assert.False(salvage.IsLikely);
        for (int i = 0; i < 10; i++)
        {
            salvage.Add(stood: true);
        }

        Assert.True(salvage.IsLikely);
    }

    [Fact]
    public void CarriedReads_OneOfSeveralDiffers_AreNotTheSame()
    {
        var name = new TurnKey<string>("name");
        var place = new TurnKey<int>("place");
        var reads = new CarriedReads();
        Assert.True(reads.AreSame(null));
        reads.Add(name, "bob");
        reads.Add(place, 7);
        var same = new Baggage<int>(place, 7, new Baggage<string>(name, "bob", null));
        Assert.True(reads.AreSame(same));
        Assert.False(reads.AreSame(new Baggage<int>(place, 8, same)));
        Assert.False(reads.AreSame(new Baggage<string>(name, "rob", same)));
        Assert.False(reads.AreSame(null));
    }

    [Fact]
    public void GateState_Questions_AreBoundedAndTheLatestAreKept()
    {
        var state = new GateState<int>();
        for (int i = 0; i < 200; i++)
        {
            state.Propose(new Proposal<int>(i, new SpeculationRequest { Block = "block", Level = SpeculationLevel.Full }, default, null));
        }

        Assert.Equal(64, state.Proposals.Count);
        Assert.Equal((136, 199), (state.Proposals[0].Key, state.Proposals[^1].Key));
    }

    [Fact]
    public void GateState_HypothesisRepeated_IsCounted()
    {
        var state = new GateState<int>();
        Assert.Equal([0, 1, 2, 0, 0, 1], new[] { "a", "a", "a", "b", "a", "a" }.Select(key =>
        {
            state.Saw(key, Equals);
            state.Propose(new Proposal<int>(key, new SpeculationRequest { Block = "block", Level = SpeculationLevel.Full }, default, null));
            return state.Unchanged;
        }));
    }

    [Fact]
    public void BranchPath_BranchesOfOneFork_AreApart()
    {
        object fork = new();
        var left = new BranchPath(fork, 0, null);
        var right = new BranchPath(fork, 1, null);
        var inside = new BranchPath(new object(), 0, left);
        Assert.True(BranchPath.AreApart(left, right));
        Assert.True(BranchPath.AreApart(inside, right));
        Assert.False(BranchPath.AreApart(inside, left));
        Assert.False(BranchPath.AreApart(left, null));
    }
}
