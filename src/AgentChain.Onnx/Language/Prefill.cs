using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Prefills the beginning of a prompt, run by run, until all of it is read, the token is canceled, or a generation needs the cache.
/// </summary>
sealed class Prefill(int[] tokens, TurnId turn, int chunk) : IDisposable
{
    PooledCache _pooled = null!;
    CachePool _caches = null!;
    bool _begun;
    CancellationTokenSource? _stop;

    /// <summary>The number of tokens read.</summary>
    public int Read { get; private set; }

    public async ValueTask<int> RunAsync(DeviceLane lane, CachePool caches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (caches.TryRent(tokens, turn, _stop) is not { } pooled)
        {
            return 0;
        }

        (_pooled, _caches) = (pooled, caches);
        try
        {
            int known = pooled.Knows(tokens, tokens.Length);
            while (known < tokens.Length)
            {
                known = await lane.RunAsync(this, static (prefill, token) => prefill.Next(token), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // A generation that takes the cache back is not an error for the caller.
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception error) when (error is LaneHungException or DeviceLostException)
        {
            pooled.Cache.Abandon();
            throw;
        }
        finally
        {
            caches.Return(pooled, _stop);
        }

        return Read;
    }

    public void Dispose() => _stop?.Dispose();

    /// <summary>
    /// Performs the next run; the first one also rewinds the cache to the common prefix and takes what the pages have more.
    /// </summary>
    /// <returns>The number of the prompt's tokens that the cache now has.</returns>
    int Next(CancellationToken cancellationToken)
    {
        try
        {
            return Run(cancellationToken);
        }
        finally
        {
            if (_pooled.Cache.IsAbandoned)
            {
                _caches.Sweep();
            }
        }
    }

    int Run(CancellationToken cancellationToken)
    {
        int known = _pooled.Knows(tokens, tokens.Length);
        if (!_begun)
        {
            _begun = true;
            _pooled.ReadAhead(known, turn);
            _caches.Continue(_pooled, tokens);
            _pooled.Cache.Fill();
            known = _pooled.Cache.Length;
            if (known == tokens.Length)
            {
                return known;
            }
        }

        int count = Math.Min(chunk, tokens.Length - known);
        _pooled.Cache.Read(tokens.AsSpan(known, count), cancellationToken);
        Read += count;
        return known + count;
    }
}
