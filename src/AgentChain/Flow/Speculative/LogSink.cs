namespace AgentChain.Flow.Speculative;

/// <summary>Where a run's items are kept.</summary>
sealed class LogSink<TIn, TOut>(StreamAttempt<TIn, TOut> attempt) : ItemSink<TOut>
{
    public override ValueTask WriteAsync(TOut item, Hop cause, long at) => attempt.AppendAsync(item, cause, at);

    public override ValueTask CompleteAsync(Hop last)
    {
        End(last, null);
        return default;
    }

    /// <summary>
    /// A run that is certain sends its error on behind its items. The error of one that is not is its speculation's, and another run takes its
    /// place.
    /// </summary>
    public override ValueTask FailAsync(FlowNode node, Exception error, Hop last)
    {
        if (!attempt.TryFault(error))
        {
            End(last, (node, error));
        }

        return default;
    }

    void End(Hop last, (FlowNode Node, Exception Error)? failure)
    {
        var after = default(Aftermath);
        lock (attempt.Context.Turn.Ledger!.Gate)
        {
            attempt.Ended(last, failure, ref after);
        }

        after.Run();
    }
}
