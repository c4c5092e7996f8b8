using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>The way into a sub-chain: sets its budget going and shows it as one span.</summary>
sealed class SubChainEntry<TIn, TOut>(BlockNode node, FallbackValue<TOut>? fallback, Target<TOut>? next, Target<TIn> inner) : Target<TIn>
{
    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            return default;
        }

        var run = new SubChainRun<TOut>(envelope.Turn, node, envelope.Cause, envelope.At, fallback, next, envelope.Frame);
        if (!run.IsUncommitted)
        {
            envelope.Turn.BeginRun(run);
        }

        run.Begin();
        return inner.SendAsync(new Envelope<TIn>(envelope.Turn, envelope.Value, TraceStep.At(envelope.Turn, node, envelope.Cause, run), new SubChainFrame<TOut>(run, envelope.Frame), envelope.At));
    }
}

sealed class SubChainFrame<TOut>(SubChainRun<TOut> run, Frame? outer) : Frame(outer)
{
    public SubChainRun<TOut> Run { get; } = run;
}

/// <summary>A turn's way through a sub-chain, watched as a whole.</summary>
abstract class SubChainRun : StreamingRun, WorkScope
{
    readonly CancellationTokenSource? _own;

    protected SubChainRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt, bool mayFallBack)
        : base(turn, node, cause, startedAt) => _own = mayFallBack ? CancellationTokenSource.CreateLinkedTokenSource(Token) : null;

    public override bool MayBeLeftBehind => false;

    /// <summary>Whether a fallback took its place, or that of a sub-chain around it.</summary>
    public bool IsGone => IsReplaced || Scope is { IsGone: true };

    /// <summary>Fires when nothing that comes of what is inside is wanted any more.</summary>
    public CancellationToken InnerToken => _own?.Token ?? Token;

    public Speculative.HypothesisScope? HypothesisScope => Scope?.HypothesisScope;

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
    public bool IsHypothesis(TraceStep inside) => inside.IsUncommitted && !ReferenceEquals(inside.Scope!.HypothesisScope, HypothesisScope);

    /// <summary>Stops what runs inside.</summary>
    protected void CancelInside() => Turn.Runtime.Watcher.Cancel(_own!);

    protected override void Release()
    {
    }
}

sealed class SubChainRun<TOut>(
    TurnCore turn, BlockNode node, TraceStep? cause, long startedAt, FallbackValue<TOut>? fallback, Target<TOut>? next, Frame? outer)
    : SubChainRun(turn, node, cause, startedAt, fallback is not null)
{
    public void Begin() => Watch();

    /// <summary>Counts an output and hands it on; waiting for room behind the sub-chain is not its stall.</summary>
    public ValueTask HandOnAsync(ItemWriter<TOut> next, TOut item, TraceStep cause, long at)
    {
        long now = CountOutput();
        at = at == 0 ? now : at;
        ValueTask written = next.WriteAsync(item, Outside(cause, at), at);
        return written.IsCompletedSuccessfully ? default : new ValueTask(HandOnAsync(written));
    }

    /// <summary>Whether the sub-chain's own result may go on.</summary>
    public bool End()
    {
        if (!TryFinish())
        {
            return false;
        }

        Node.EndedInPlace(this, Turn.Runtime.Now);
        return true;
    }

    protected override bool ClaimFallback() => fallback is not null && next is not null;

    protected override Task FallBackAsync()
    {
        CancelInside();
        return next!.SendAsync(new Envelope<TOut>(Turn, fallback!.Value.Value, this, outer, EndedAt)).AsTask();
    }
}

/// <summary>The way out of a sub-chain that makes one value.</summary>
sealed class SubChainExit<TOut>(Target<TOut> next) : Target<TOut>
{
    public override ValueTask SendAsync(in Envelope<TOut> envelope)
    {
        var frame = (SubChainFrame<TOut>)envelope.Frame!;
        return !envelope.IsOver && (frame.Run.IsHypothesis(envelope.Cause!) || frame.Run.End())
            ? next.SendAsync(new Envelope<TOut>(envelope.Turn, envelope.Value, frame.Run.Outside(envelope.Cause!), frame.Outer, envelope.At))
            : default;
    }
}

/// <summary>The way out of a sub-chain that makes a stream.</summary>
sealed class SubChainStreamExit<TOut>(StreamTarget<TOut> next) : StreamTarget<TOut>
{
    public override async ValueTask<ItemWriter<TOut>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame)
    {
        var scope = (SubChainFrame<TOut>)frame!;
        return new Sink(scope.Run, await next.OpenAsync(turn, scope.Run.Outside(cause), scope.Outer), scope.Run.IsHypothesis(cause));
    }

    sealed class Sink(SubChainRun<TOut> run, ItemWriter<TOut> next, bool isHypothesis) : ItemWriter<TOut>
    {
        public override bool IsClosed => next.IsClosed;

        public override ValueTask WriteAsync(TOut item, TraceStep cause, long at) =>
            isHypothesis ? next.WriteAsync(item, run.Outside(cause, at), at) : run.HandOnAsync(next, item, cause, at);

        public override ValueTask CompleteAsync(TraceStep last) => isHypothesis || run.End() ? next.CompleteAsync(run.Outside(last)) : default;

        public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last) =>
            isHypothesis || run.End() ? next.FailAsync(node, error, run.Outside(last)) : default;
    }
}
