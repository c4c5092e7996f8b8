using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

sealed class SubChainRun<TOut>(
    TurnCore turn, BlockNode node, TraceStep? cause, long startedAt, FallbackValue<TOut>? fallback, Target<TOut>? next, Frame? outer)
    : SubChainRun(turn, node, cause, startedAt, fallback is not null)
{
    public void Begin() => Watch();

    /// <summary>Counts an output and hands it on; time spent waiting for room downstream does not count as the sub-chain's stall.</summary>
    public ValueTask HandOnAsync(ItemWriter<TOut> next, TOut item, TraceStep cause, long at)
    {
        long now = CountOutput();
        at = at == 0 ? now : at;
        ValueTask written = next.WriteAsync(item, Outside(cause, at), at);
        return written.IsCompletedSuccessfully ? default : new ValueTask(HandOnAsync(written));
    }

    /// <summary>Ends the run; returns whether the sub-chain's own result continues downstream.</summary>
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
