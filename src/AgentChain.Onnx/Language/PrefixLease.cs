namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the beginning of a sequence in a <see cref="PrefixCache"/>. Its pages are not evicted until the lease is disposed, and cannot
/// change. Thread-safe. Dispose every lease: its pages otherwise stay in memory until the model is disposed.
/// </summary>
public sealed class PrefixLease : IDisposable
{
    readonly PrefixNode _leaf;
    bool _disposed;

    internal PrefixLease(PrefixCache cache, PrefixNode leaf, int length) => (Cache, _leaf, Length) = (cache, leaf, length);

    /// <summary>Gets the cache that has the pages.</summary>
    public PrefixCache Cache { get; }

    /// <summary>Gets the number of tokens whose keys and values the pages have; can be 0.</summary>
    public int Length { get; }

    /// <summary>Returns the tokens whose keys and values the pages have.</summary>
    public IReadOnlyList<int> GetTokens()
    {
        int[] tokens = new int[Length];
        for (PrefixNode? node = _leaf; node is not null; node = node.Parent)
        {
            int count = Math.Min(node.Tokens.Length, Length - node.Start);
            node.Tokens.AsSpan(0, count).CopyTo(tokens.AsSpan(node.Start));
        }

        return tokens;
    }

    /// <summary>
    /// Creates another lease on the same pages, for a branch of the conversation. Copies nothing: takes a step for each page.
    /// </summary>
    /// <returns>The lease. The caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The lease was disposed.</exception>
    public PrefixLease Fork() => Cache.Locked(() =>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Cache.Pin(_leaf, Length);
    });

    /// <summary>Releases the pages. Can be called more than once.</summary>
    public void Dispose()
    {
        bool isLast = Cache.Locked(() =>
        {
            bool ends = !_disposed;
            if (ends)
            {
                _disposed = true;
                Cache.Unpin(_leaf);
            }

            return ends;
        });
        if (isLast)
        {
            Cache.Settle();
        }
    }

    /// <summary>Returns the places of some of the tokens, in order.</summary>
    internal PageSlice[] Slices(int from, int to)
    {
        var slices = new List<PageSlice>();
        for (PrefixNode? node = _leaf; node is not null && node.End > from; node = node.Parent)
        {
            int start = Math.Max(node.Start, from), end = Math.Min(node.End, to);
            if (end > start)
            {
                slices.Add(new PageSlice(node.Page, start, end - start, start - node.Start));
            }
        }

        slices.Reverse();
        return [.. slices];
    }
}
