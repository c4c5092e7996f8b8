namespace AgentChain.Polly;

/// <summary>The stream of one attempt, from its first item on. Disposing it twice has no effect.</summary>
sealed class OpenedStream<T>(CancellationTokenSource stop) : IAsyncDisposable
{
    int _disposed;

    /// <summary>The stream, at its first item; <see langword="null"/> while it is being opened.</summary>
    public IAsyncEnumerator<T>? Items { get; set; }

    /// <summary>Whether there is a first item.</summary>
    public bool HasItem { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            if (Items is { } items)
            {
                await items.DisposeAsync();
            }
        }
        finally
        {
            stop.Dispose();
        }
    }
}
