using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>Where a run's items are kept.</summary>
sealed class ReplayWriter<TIn, TOut>(StreamAttempt<TIn, TOut> attempt) : ItemWriter<TOut>
{
    public override ValueTask WriteAsync(TOut item, TraceStep cause, long at) => attempt.AppendAsync(item, cause, at);

    public override ValueTask CompleteAsync(TraceStep last)
    {
        End(last, null);
        return default;
    }

    /// <summary>
    /// A run that is certain sends its error on behind its items. The error of one that is not is its speculation's, and another run takes its
    /// place.
    /// </summary>
    public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last)
    {
        if (!attempt.TryFault(error))
        {
            End(last, (node, error));
        }

        return default;
    }

    void End(TraceStep last, (BlockNode Node, Exception Error)? failure)
    {
        using (attempt.Context.Turn.Speculation!.Enter())
        {
            attempt.Ended(last, failure);
        }
    }
}
