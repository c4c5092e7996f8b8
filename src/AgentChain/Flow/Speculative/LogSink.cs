namespace AgentChain.Flow.Speculative;

/// <summary>Where a run's items are kept.</summary>
sealed class LogSink<TIn, TOut>(StreamAttempt<TIn, TOut> attempt) : ItemSink<TOut>
{
    public override ValueTask WriteAsync(TOut item, Hop cause, long at) => attempt.AppendAsync(item, cause, at);

    public override ValueTask CompleteAsync(Hop last)
    {
        TryEnd(last, null);
        return default;
    }

    /// <summary>
    /// A run that is certain sends its error on behind its items. One that is not has failed nobody yet, and another takes its place; where it
    /// becomes certain at this very moment, that is seen before or after.
    /// </summary>
    public override ValueTask FailAsync(FlowNode node, Exception error, Hop last)
    {
        if (!TryEnd(last, (node, error)))
        {
            attempt.Faulted(error);
            TryEnd(last, (node, error));
        }

        return default;
    }

    bool TryEnd(Hop last, (FlowNode Node, Exception Error)? failure)
    {
        var after = default(Aftermath);
        lock (attempt.Context.Turn.Ledger!.Gate)
        {
            if (failure is not null && (!attempt.IsCertain || attempt.IsTerminated))
            {
                return false;
            }

            attempt.Ended(last, failure, ref after);
        }

        after.Run();
        return true;
    }
}
