using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Sends a value down branches that run side by side; <see cref="JoinSide{TIn,TSides,TSide,TOut}"/> joins them.</summary>
/// <param name="branches">The branches; one at least.</param>
/// <param name="frame">Creates what keeps the branches' results: of the value, what caused it, and what is around it.</param>
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
