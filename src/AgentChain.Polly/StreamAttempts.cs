namespace AgentChain.Polly;

/// <summary>The attempts of one run of a streaming block. Each opens a stream and waits for its first item.</summary>
sealed class StreamAttempts<TIn, TOut>(IStreamBlock<TIn, TOut> block, TIn input, BlockContext context, CancellationToken cancellationToken)
    : LiveAttempts
{
    readonly Lock _lock = new();
    readonly List<OpenedStream<TOut>> _opened = [];

    /// <summary>Opens the block's stream once more.</summary>
    /// <param name="attemptToken">The token that the pipeline gives to this attempt; it has no effect after the first item.</param>
    /// <returns>The stream at its first item.</returns>
    public async ValueTask<OpenedStream<TOut>> AttemptAsync(CancellationToken attemptToken)
    {
        attemptToken.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            // The stream outlives the attempt, and the pipeline reuses the sources of its tokens: the stream has a token of its own.
            CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var opened = new OpenedStream<TOut>(stop);
            try
            {
                using (CancelWith(stop, attemptToken))
                {
                    IAsyncEnumerable<TOut>? items = block.InvokeAsync(input, context, stop.Token);
                    opened.Items = (items ?? throw Null()).GetAsyncEnumerator(stop.Token) ?? throw Null();
                    opened.HasItem = await opened.Items.MoveNextAsync();
                }

                lock (_lock)
                {
                    _opened.Add(opened);
                }

                return opened;
            }
            catch (OperationCanceledException) when (attemptToken.IsCancellationRequested)
            {
                // A strategy such as a time-out recognizes its own token only.
                await opened.DisposeAsync();
                throw new OperationCanceledException(attemptToken);
            }
            catch
            {
                await opened.DisposeAsync();
                throw;
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Disposes every stream, also those that lost, after the last attempt has ended.</summary>
    public async ValueTask DisposeAllAsync()
    {
        await WhenNoneAsync();
        foreach (OpenedStream<TOut> opened in _opened)
        {
            await opened.DisposeAsync();
        }
    }

    InvalidOperationException Null() =>
        new($"The block '{context.BlockName}' returned null instead of a stream; return an empty stream for no items.");
}
