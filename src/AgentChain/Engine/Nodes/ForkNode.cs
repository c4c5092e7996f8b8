using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Sends a value to branches that run concurrently; <see cref="JoinSide{TIn,TSides,TSide,TOut}"/> joins them.</summary>
/// <param name="branches">The branches; at least one.</param>
/// <param name="frame">Creates the frame that keeps the branches' results, from the value, its cause, and the enclosing frame.</param>
sealed class ForkNode<TIn>(Target<TIn>[] branches, Func<TIn, TraceStep?, Frame?, Frame> frame) : Target<TIn>
{
    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            return default;
        }

        Frame join = frame(envelope.Value, envelope.Cause, envelope.Frame);
        var forked = new Envelope<TIn>(envelope.Turn, envelope.Value, envelope.Cause, join, envelope.At);
        ValueTask all = default;
        foreach (Target<TIn> branch in branches)
        {
            ValueTask one = branch.SendAsync(forked);
            if (!one.IsCompletedSuccessfully)
            {
                all = all.IsCompletedSuccessfully ? one : new ValueTask(BothAsync(all, one));
            }
        }

        return all;
    }

    static async Task BothAsync(ValueTask one, ValueTask other)
    {
        await one;
        await other;
    }
}
