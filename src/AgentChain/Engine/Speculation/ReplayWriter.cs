using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>Writes a run's items to its replay buffer.</summary>
sealed class ReplayWriter<TIn, TOut>(StreamAttempt<TIn, TOut> attempt) : ItemWriter<TOut>
{
    public override ValueTask WriteAsync(TOut item, TraceStep cause, long at) => attempt.AppendAsync(item, cause, at);

    public override ValueTask CompleteAsync(TraceStep last)
    {
        End(last, null);
        return default;
    }

    /// <summary>
    /// Sends the error of a committed run downstream after its items. The error of an uncommitted run only ends its speculation, and
    /// another run replaces it.
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
