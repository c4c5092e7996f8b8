using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>The state that a gate keeps for one turn.</summary>
sealed class GateState<TIn> : GateState
{
    // Only a bound on memory. A decision that is dropped teaches the controller nothing.
    const int MaxProposals = 64;

    /// <summary>
    /// The runs that can be reused. For a block that runs for each item of a stream, in the order of the items, starting with item
    /// <see cref="Past"/>.
    /// </summary>
    public List<Attempt<TIn>> Runs { get; } = [];

    /// <summary>The number of a stream's first items that are final, done and no longer kept.</summary>
    public int Past { get; private set; }

    /// <summary>
    /// Removes the runs of the items before an index, whose outputs are final and were handed on. The latest run is kept, because its
    /// presence indicates that the block has begun.
    /// </summary>
    public void ForgetBefore(int index)
    {
        int count = Math.Min(index - Past, Runs.Count - 1);
        if (count > 0)
        {
            Runs.RemoveRange(0, count);
            Past += count;
        }
    }

    /// <summary>The decisions of the controller that are not resolved yet.</summary>
    public List<Proposal<TIn>> Proposals { get; } = [];

    public DeferredDecision<TIn>? Later { get; set; }

    public PrefillRun<TIn>? Prefill { get; set; }

    /// <summary>The causes of the streams that are being read, or are on their way to the reader.</summary>
    public List<TraceStep> Readers { get; } = [];

    public int Started { get; set; }

    /// <summary>The number of hypotheses in a row that repeated the key of the one before.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Whether the final value has arrived.</summary>
    public bool HasFinal { get; set; }

    object? LastKey { get; set; }

    public void Saw(object? key, Func<object?, object?, bool> equal)
    {
        Unchanged = Proposals.Count > 0 && equal(LastKey, key) ? Unchanged + 1 : 0;
        LastKey = key;
    }

    public void Propose(Proposal<TIn> proposal)
    {
        if (Proposals.Count == MaxProposals)
        {
            Proposals.RemoveAt(0);
        }

        Proposals.Add(proposal);
    }

    public override bool IsAwaitedBefore(SpeculationGate gate)
    {
        foreach (Attempt<TIn> run in Runs)
        {
            if (run.Gate.Reaches(gate) && run.IsAwaited)
            {
                return true;
            }
        }

        return Runs.Count > 0 && (ReferenceEquals(Runs[0].Gate, gate) || Runs[0].Gate.Reaches(gate))
            && Readers.Exists(static cause => !cause.IsOver);
    }

    public override void EndTurn()
    {
        Later = null;
        foreach (Attempt<TIn> run in Runs)
        {
            run.LetGo();
            run.GiveUp();
        }
    }
}
