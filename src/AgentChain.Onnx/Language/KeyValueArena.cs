using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Provides the rows in which a model's caches keep their keys and values, and moves caches to neighboring rows when their sequences take a
/// step together. Thread-safe.
/// </summary>
/// <param name="graph">The model.</param>
/// <param name="capacity">The maximum number of caches.</param>
/// <param name="together">The maximum number of sequences in one step.</param>
/// <remarks>
/// A cache is moved only by a thread that has entered it (<see cref="KeyValueCache.Enter"/>), as every run does. The arena never waits for
/// that: the rows of a cache that runs elsewhere stay where they are.
/// </remarks>
sealed class KeyValueArena(DecoderGraph graph, int capacity, int together) : IDisposable
{
    readonly Lock _lock = new();
    readonly List<KeyValueBlock> _blocks = [];

    /// <summary>Gives a cache a row.</summary>
    public void Take(SharedKeyValueCache cache)
    {
        lock (_lock)
        {
            foreach (KeyValueBlock block in _blocks)
            {
                if (Array.IndexOf(block.Owners, null) is int row and >= 0)
                {
                    Place(cache, block, row);
                    return;
                }
            }

            int left = capacity - _blocks.Sum(b => b.Owners.Length);
            int rows = graph.Session.Device.IsCpu ? Math.Clamp(left, 1, together) : 1;
            var added = new KeyValueBlock(graph, rows);
            _blocks.Add(added);
            Place(cache, added, 0);
        }
    }

    /// <summary>Takes back a cache's row. The memory is kept for the next cache.</summary>
    public void Release(SharedKeyValueCache cache)
    {
        lock (_lock)
        {
            cache.Block.Owners[cache.Row] = null;
        }
    }

    /// <summary>Makes the rows of some caches neighbors. The calling thread has entered all of them.</summary>
    /// <returns>The rows, or <see langword="null"/> if other caches are in the way that run at the moment.</returns>
    public KeyValueRows? Join(ReadOnlySpan<SharedKeyValueCache> caches)
    {
        if (Neighbors(caches) is { } rows)
        {
            return rows;
        }

        lock (_lock)
        {
            if (Cheapest(caches) is not { } place)
            {
                return null;
            }

            foreach (SharedKeyValueCache cache in caches)
            {
                if (!Contains(place, cache) && !MoveInto(place, cache, caches))
                {
                    return null;
                }
            }

            return place;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _blocks.ForEach(b => b.Dispose());
            _blocks.Clear();
        }
    }

    static KeyValueRows? Neighbors(ReadOnlySpan<SharedKeyValueCache> caches)
    {
        (int first, int last) = (int.MaxValue, -1);
        KeyValueBlock block = caches[0].Block;
        foreach (SharedKeyValueCache cache in caches)
        {
            if (!ReferenceEquals(cache.Block, block))
            {
                return null;
            }

            (first, last) = (Math.Min(first, cache.Row), Math.Max(last, cache.Row));
        }

        return last - first == caches.Length - 1 ? new KeyValueRows(block, first, caches.Length) : null;
    }

    static bool Contains(in KeyValueRows place, SharedKeyValueCache cache) =>
        ReferenceEquals(place.Block, cache.Block) && cache.Row >= place.First && cache.Row < place.First + place.Count;

    static void Place(SharedKeyValueCache cache, KeyValueBlock block, int row)
    {
        block.Owners[row] = cache;
        (cache.Block, cache.Row) = (block, row);
    }

    /// <summary>Exchanges a cache with one in the place that does not belong there.</summary>
    static bool MoveInto(in KeyValueRows place, SharedKeyValueCache cache, ReadOnlySpan<SharedKeyValueCache> caches)
    {
        for (int row = place.First; row < place.First + place.Count; row++)
        {
            SharedKeyValueCache? other = place.Block.Owners[row];
            if (other is not null && caches.Contains(other))
            {
                continue;
            }

            if (other is not null && !other.TryEnter())
            {
                return false;
            }

            (KeyValueBlock block, int old) = (cache.Block, cache.Row);
            KeyValueBlock.Swap(block, old, cache.Length, place.Block, row, other?.Length ?? 0);
            Place(cache, place.Block, row);
            block.Owners[old] = other;
            if (other is not null)
            {
                Place(other, block, old);
                other.Leave();
            }

            return true;
        }

        return false;
    }

    /// <summary>Finds the rows that take the fewest tokens to move.</summary>
    KeyValueRows? Cheapest(ReadOnlySpan<SharedKeyValueCache> caches)
    {
        (KeyValueRows? best, long least) = (null, long.MaxValue);
        foreach (KeyValueBlock block in CollectionsMarshal.AsSpan(_blocks))
        {
            for (int first = 0; first + caches.Length <= block.Owners.Length; first++)
            {
                var place = new KeyValueRows(block, first, caches.Length);
                long cost = Cost(place, caches);
                if (cost < least)
                {
                    (best, least) = (place, cost);
                }
            }
        }

        return best;
    }

    static long Cost(in KeyValueRows place, ReadOnlySpan<SharedKeyValueCache> caches)
    {
        long cost = 0;
        foreach (SharedKeyValueCache cache in caches)
        {
            cost += Contains(place, cache) ? 0 : cache.Length;
        }

        foreach (SharedKeyValueCache? other in place.Block.Owners.AsSpan(place.First, place.Count))
        {
            if (other is null || caches.Contains(other))
            {
                continue;
            }

            if (!other.TryEnter())
            {
                return long.MaxValue;
            }

            cost += other.Length;
            other.Leave();
        }

        return cost;
    }
}
