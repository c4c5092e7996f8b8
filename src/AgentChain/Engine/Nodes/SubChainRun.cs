using AgentChain.Blocks;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A turn's way through a sub-chain, watched as a whole.</summary>
abstract class SubChainRun : StreamingRun, IWorkScope
{
    readonly CancellationTokenSource? _own;

    protected SubChainRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt, bool mayFallBack)
        : base(turn, node, cause, startedAt) => _own = mayFallBack ? CancellationTokenSource.CreateLinkedTokenSource(Token) : null;

    public override bool MayBeLeftBehind => false;

    /// <summary>Whether a fallback took its place, or that of a sub-chain around it.</summary>
    public bool IsGone => IsReplaced || Scope is { IsGone: true };

    /// <summary>Fires when nothing that comes of what is inside is wanted any more.</summary>
    public CancellationToken InnerToken => _own?.Token ?? Token;

    public IWorkScope? Hypothesis => Scope?.Hypothesis;

    /// <summary>When its own budget or that of a sub-chain around it runs out.</summary>
    public long DueAt => Math.Min(Due, Scope?.DueAt ?? long.MaxValue);

    /// <summary>A hop inside, seen from outside. A hypothesis of something inside stays one.</summary>
    public TraceStep Outside(TraceStep inside) => At(Turn, Node, inside, IsHypothesis(inside) ? inside.Scope : Scope);

    /// <summary>What made an item inside, seen from outside.</summary>
    public TraceStep Outside(TraceStep inside, long madeAt)
    {
        var step = new ItemStep(Turn, Node, inside, madeAt, madeAt) { Scope = IsHypothesis(inside) ? inside.Scope : Scope };
        step.End(madeAt);
        return step;
    }

    /// <summary>Whether something inside gave no more than a hypothesis of the sub-chain's own result.</summary>
    public bool IsHypothesis(TraceStep inside) => inside.IsUncommitted && !ReferenceEquals(inside.Scope!.Hypothesis, Hypothesis);

    /// <summary>Stops what runs inside.</summary>
    protected void CancelInside() => Turn.Runtime.Watcher.Cancel(_own!);

    protected override void Release()
    {
    }
}
