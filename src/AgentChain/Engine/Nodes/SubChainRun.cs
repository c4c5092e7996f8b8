using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A turn's run of a sub-chain, watched as a whole.</summary>
/// <remarks>
/// It is also the scope of the steps inside: what the scope tells them is the state of the run, and a scope of its own would be one more
/// object for each run.
/// </remarks>
abstract class SubChainRun : StreamingRun, IWorkScope
{
    readonly CancellationTokenSource? _own;

    protected SubChainRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt, bool mayFallBack)
        : base(turn, node, cause, startedAt) => _own = mayFallBack ? CancellationTokenSource.CreateLinkedTokenSource(Token) : null;

    public override bool MayBeLeftBehind => false;

    /// <summary>Whether a fallback replaced this run, or that of an enclosing sub-chain.</summary>
    public bool IsGone => IsReplaced || Scope is { IsGone: true };

    /// <summary>Canceled when no output of the blocks inside is needed any longer.</summary>
    public CancellationToken InnerToken => _own?.Token ?? Token;

    public IWorkScope? Hypothesis => Scope?.Hypothesis;

    /// <summary>The deadline of this run or of an enclosing sub-chain, whichever is earlier.</summary>
    public long DueAt => Math.Min(Due, Scope?.DueAt ?? long.MaxValue);

    /// <summary>Returns a step inside the sub-chain as it appears outside. A hypothesis of a block inside remains a hypothesis.</summary>
    public TraceStep Outside(TraceStep inside) => At(Turn, Node, inside, IsHypothesis(inside) ? inside.Scope : Scope);

    /// <summary>Returns the cause of an item inside the sub-chain as it appears outside.</summary>
    public TraceStep Outside(TraceStep inside, long madeAt)
    {
        var step = new ItemStep(Turn, Node, inside, madeAt, madeAt) { Scope = IsHypothesis(inside) ? inside.Scope : Scope };
        step.End(madeAt);
        return step;
    }

    /// <summary>Whether a block inside produced only a hypothesis of the sub-chain's own result.</summary>
    public bool IsHypothesis(TraceStep inside) => inside.IsUncommitted && !ReferenceEquals(inside.Scope!.Hypothesis, Hypothesis);

    /// <summary>Stops the runs inside the sub-chain.</summary>
    protected void CancelInside() => Turn.Runtime.Watcher.Cancel(_own!);

    protected override void Release()
    {
    }
}
