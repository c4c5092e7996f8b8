using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Represents the ranked pairs of a byte-pair vocabulary and applies them to a list of symbols. Immutable.</summary>
sealed class BytePairMerges
{
    const int ShortPiece = 32;

    readonly Dictionary<Pair, Merge> _merges;

    /// <summary>Creates the table from pairs in the order of their rank; the last of several equal pairs counts.</summary>
    /// <param name="pairs">The left ID, the right ID and the ID of the merged pair.</param>
    /// <param name="capacity">The approximate number of pairs.</param>
    public BytePairMerges(IEnumerable<(int Left, int Right, int Joined)> pairs, int capacity = 0)
    {
        _merges = new(capacity);
        int rank = 0;
        foreach ((int left, int right, int joined) in pairs)
        {
            _merges[new(left, right)] = new(rank++, joined);
        }
    }

    /// <summary>Merges pairs, the lowest rank first and the leftmost of equal ranks, and appends the result.</summary>
    /// <param name="symbols">The symbols; modified.</param>
    /// <param name="ids">The list that receives the merged symbols.</param>
    /// <returns>The number of pairs examined, for tests; it grows in proportion to the number of symbols.</returns>
    public long Apply(List<int> symbols, List<int> ids)
    {
        if (symbols.Count > ShortPiece)
        {
            return ApplyByQueue(CollectionsMarshal.AsSpan(symbols), ids);
        }

        long looks = ApplyByScanning(symbols);
        ids.AddRange(symbols);
        return looks;
    }

    long ApplyByScanning(List<int> symbols)
    {
        long looks = 0;
        while (symbols.Count > 1)
        {
            (Merge best, int bestAt) = (new(int.MaxValue, -1), -1);
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                looks++;
                if (_merges.TryGetValue(new(symbols[i], symbols[i + 1]), out Merge merge) && merge.Rank < best.Rank)
                {
                    (best, bestAt) = (merge, i);
                }
            }

            if (bestAt < 0)
            {
                break;
            }

            symbols[bestAt] = best.Id;
            symbols.RemoveAt(bestAt + 1);
        }

        return looks;
    }

    // A scan per merge is quadratic, and a text without spaces can be one piece of a million symbols. So the symbols form a linked list,
    // and mergeable pairs wait in a queue, with rank and position in one number. An entry whose symbols have changed is stale; its rank
    // shows this, because each pair has its own.
    long ApplyByQueue(Span<int> id, List<int> ids)
    {
        int count = id.Length;
        int[] next = new int[count], previous = new int[count];
        var offers = new List<(int At, ulong Order)>(count);
        long looks = count - 1;
        for (int i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            if (i + 1 < count && _merges.TryGetValue(new(id[i], id[i + 1]), out Merge merge))
            {
                offers.Add((i, Order(merge.Rank, i)));
            }
        }

        var queue = new PriorityQueue<int, ulong>(offers);
        while (queue.TryDequeue(out int at, out ulong order))
        {
            looks++;
            int second = id[at] >= 0 ? next[at] : count;
            if (second >= count || !_merges.TryGetValue(new(id[at], id[second]), out Merge merge) || Order(merge.Rank, at) != order)
            {
                continue;
            }

            int after = next[second], before = previous[at];
            (id[at], id[second], next[at]) = (merge.Id, -1, after);
            if (after < count)
            {
                previous[after] = at;
                looks++;
                if (_merges.TryGetValue(new(merge.Id, id[after]), out Merge right))
                {
                    queue.Enqueue(at, Order(right.Rank, at));
                }
            }

            if (before >= 0)
            {
                looks++;
                if (_merges.TryGetValue(new(id[before], merge.Id), out Merge left))
                {
                    queue.Enqueue(before, Order(left.Rank, before));
                }
            }
        }

        for (int i = 0; i < count; i = next[i])
        {
            ids.Add(id[i]);
        }

        return looks;
    }

    static ulong Order(int rank, int at) => ((ulong)rank << 32) | (uint)at;

    readonly record struct Merge(int Rank, int Id);

    /// <summary>Represents a pair of IDs. The default hash would be the XOR of both, which is 0 for every pair of equal IDs.</summary>
    readonly struct Pair(int left, int right) : IEquatable<Pair>
    {
        readonly ulong _both = ((ulong)(uint)left << 32) | (uint)right;

        public bool Equals(Pair other) => _both == other._both;

        public override bool Equals(object? obj) => obj is Pair other && Equals(other);

        public override int GetHashCode() => (int)((_both * 0x9E3779B97F4A7C15) >> 32);
    }
}
