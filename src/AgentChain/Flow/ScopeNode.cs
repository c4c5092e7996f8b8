using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>The way into a sub-chain: sets its budget going and shows it as one span.</summary>
sealed class ScopeEntry<TIn, TOut>(FlowNode node, FallbackValue<TOut>? fallback, Receiver<TOut>? next, Receiver<TIn> inner) : Receiver<TIn>
{
    public override ValueTask AcceptAsync(in Envelope<TIn> envelope)
    {
        if (envelope.Turn.IsOver)
        {
            return default;
        }

        Hop hop = envelope.Turn.BeginRun(node, envelope.Cause, envelope.At);
        var run = new ScopeRun<TOut>(node, hop, fallback, next, envelope.Frame);
        run.Begin();
        return inner.AcceptAsync(new Envelope<TIn>(envelope.Turn, envelope.Value, envelope.Cause, new ScopeFrame<TOut>(run, envelope.Frame), envelope.At));
    }
}

sealed class ScopeFrame<TOut>(ScopeRun<TOut> run, Frame? outer) : Frame(outer)
{
    public ScopeRun<TOut> Run { get; } = run;
}

/// <summary>A turn's way through a sub-chain, watched as a whole.</summary>
sealed class ScopeRun<TOut>(FlowNode node, Hop hop, FallbackValue<TOut>? fallback, Receiver<TOut>? next, Frame? outer) : ActiveRun(node, hop)
{
    protected override bool MayBeLeftBehind => false;

    public void Begin() => Watch();

    /// <summary>Counts an output; its time is the sub-chain's to give.</summary>
    public void CountOutput() => CountOutput(Turn.Runtime.Now);

    /// <summary>Waits for room behind the sub-chain, which is not its stall.</summary>
    public async Task HandOnAsync(ValueTask written)
    {
        IsHandingOn = true;
        await written;
        CountOutput();
        IsHandingOn = false;
    }

    /// <summary>Whether the sub-chain's own result may go on.</summary>
    public bool End()
    {
        if (!TryFinish())
        {
            return false;
        }

        Node.Ended(Hop, Turn.Runtime.Now);
        return true;
    }

    protected override bool ClaimFallback() => fallback is not null && next is not null;

    protected override Task FallBackAsync() =>
        next!.AcceptAsync(new Envelope<TOut>(Turn, fallback!.Value.Value, Hop, outer, Hop.EndedAt)).AsTask();

    protected override void Release()
    {
    }
}

/// <summary>The way out of a sub-chain that makes one value.</summary>
sealed class ScopeExit<TOut>(Receiver<TOut> next) : Receiver<TOut>
{
    public override ValueTask AcceptAsync(in Envelope<TOut> envelope)
    {
        var frame = (ScopeFrame<TOut>)envelope.Frame!;
        return !envelope.Turn.IsOver && frame.Run.End()
            ? next.AcceptAsync(new Envelope<TOut>(envelope.Turn, envelope.Value, envelope.Cause, frame.Outer, envelope.At))
            : default;
    }
}

/// <summary>The way out of a sub-chain that makes a stream.</summary>
sealed class StreamScopeExit<TOut>(StreamReceiver<TOut> next) : StreamReceiver<TOut>
{
    public override async ValueTask<ItemSink<TOut>> OpenAsync(TurnState turn, Hop cause, Frame? frame)
    {
        var scope = (ScopeFrame<TOut>)frame!;
        return new Sink(scope.Run, await next.OpenAsync(turn, cause, scope.Outer));
    }

    sealed class Sink(ScopeRun<TOut> run, ItemSink<TOut> next) : ItemSink<TOut>
    {
        public override ValueTask WriteAsync(TOut item, Hop cause)
        {
            run.CountOutput();
            ValueTask written = next.WriteAsync(item, cause);
            return written.IsCompletedSuccessfully ? default : new ValueTask(run.HandOnAsync(written));
        }

        public override ValueTask CompleteAsync(Hop last) => run.End() ? next.CompleteAsync(last) : default;
    }
}
