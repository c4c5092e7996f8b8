using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>What a gate keeps for one turn.</summary>
sealed class GateState<TIn> : GateState
{
    const int MaxProposals = 64;

    /// <summary>
    /// The runs that stand or may stand; for a block that runs for each item of a stream, in the items' order, from the item
    /// <see cref="Past"/> on.
    /// </summary>
    public List<Attempt<TIn>> Runs { get; } = [];

    /// <summary>How many of a stream's first items are certain, done, and no longer kept.</summary>
    public int Past { get; private set; }

    /// <summary>
    /// Forgets the runs of the items before one: these are certain and have gone on. The latest is kept, which says by its presence that the
    /// block has begun.
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

    /// <summary>The questions that were put to the controller, until it is known how they turn out.</summary>
    public List<Proposal<TIn>> Proposals { get; } = [];

    public DeferredDecision<TIn>? Later { get; set; }

    public PrefillRun<TIn>? Prefill { get; set; }

    /// <summary>What caused the streams that are read, or are on their way to their reader.</summary>
    public List<TraceStep> Readers { get; } = [];

    public int Started { get; set; }

    /// <summary>How many hypotheses in a row had the key of the latest.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Whether the certain value has come.</summary>
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

        return Runs.Count > 0 && (ReferenceEquals(Runs[0].Gate, gate) || Runs[0].Gate.Reaches(gate)) && Readers.Exists(static cause => !cause.IsOver);
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
