using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Onnx.Language;

/// <summary>Reads the beginning of a prompt ahead, run by run, until all is read, its token fires, or a generation needs the cache.</summary>
sealed class Prefill(int[] tokens, TurnId turn, int chunk) : IDisposable
{
    PooledCache _pooled = null!;
    CancellationTokenSource? _stop;

    /// <summary>How many tokens were read.</summary>
    public int Read { get; private set; }

    public async ValueTask<int> RunAsync(DeviceLane lane, CachePool caches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (caches.TryRent(tokens, turn, _stop) is not { } pooled)
        {
            return 0;
        }

        _pooled = pooled;
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
            // A generation that needs the cache is no concern of the caller's.
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            caches.Return(pooled, _stop);
        }

        return Read;
    }

    public void Dispose() => _stop?.Dispose();

    /// <summary>Reads one more run; the first one also forgets what the prompt does not begin with.</summary>
    /// <returns>How many of the tokens the cache knows.</returns>
    int Next(CancellationToken cancellationToken)
    {
        int known = _pooled.Knows(tokens, tokens.Length);
        if (Read == 0)
        {
            _pooled.ReadAhead(known, turn);
        }

        int count = Math.Min(chunk, tokens.Length - known);
        _pooled.Cache.Read(tokens.AsSpan(known, count), cancellationToken);
        Read += count;
        return known + count;
    }
}
