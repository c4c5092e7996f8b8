namespace AgentChain.Polly;

/// <summary>The attempts of one run of a block that returns a value.</summary>
sealed class ValueAttempts<TIn, TOut>(IBlock<TIn, TOut> block, TIn input, BlockContext context, CancellationToken cancellationToken)
    : LiveAttempts
{
    /// <summary>Runs the block once more.</summary>
    /// <param name="attemptToken">The token that the pipeline gives to this attempt.</param>
    public async ValueTask<TOut> AttemptAsync(CancellationToken attemptToken)
    {
        // The second check is for a strategy that gives a token of its own: even then, no attempt begins after the turn.
        attemptToken.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            return attemptToken == cancellationToken
                ? await block.InvokeAsync(input, context, attemptToken)
                : await InvokeAsync(attemptToken);
        }
        finally
        {
            Leave();
        }
    }

    async ValueTask<TOut> InvokeAsync(CancellationToken attemptToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using CancellationTokenRegistration registration = CancelWith(stop, attemptToken);
        try
        {
            return await block.InvokeAsync(input, context, stop.Token);
        }
        catch (OperationCanceledException) when (attemptToken.IsCancellationRequested)
        {
            // A strategy such as a time-out recognizes its own token only.
            throw new OperationCanceledException(attemptToken);
        }
    }
}
