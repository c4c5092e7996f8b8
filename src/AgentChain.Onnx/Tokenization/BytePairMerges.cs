namespace AgentChain.Onnx.Tokenization;

/// <summary>The ranked pairs of a byte-pair vocabulary, and their application to a list of symbols. Immutable once built.</summary>
sealed class BytePairMerges
{
    const int ShortPiece = 64;

    readonly Dictionary<long, (int Rank, int Id)> _pairs;

    /// <summary>Makes the table from pairs in the order of their rank.</summary>
    /// <param name="pairs">Left id, right id and the id of the two joined.</param>
    /// <param name="capacity">About how many pairs there are.</param>
    public BytePairMerges(IEnumerable<(int Left, int Right, int Joined)> pairs, int capacity = 0)
    {
        _pairs = new(capacity);
        int rank = 0;
        foreach ((int left, int right, int joined) in pairs)
        {
            _pairs.TryAdd(Key(left, right), (rank++, joined));
        }
    }

    /// <summary>Joins what can be joined, the lowest rank first and the leftmost of equals, and appends the rest.</summary>
    public void Apply(List<int> symbols, List<int> ids)
    {
        if (symbols.Count <= ShortPiece)
        {
            ApplyByScanning(symbols);
            ids.AddRange(symbols);
        }
        else
        {
            ApplyByQueue(symbols, ids);
        }
    }

    static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    void ApplyByScanning(List<int> symbols)
    {
        while (symbols.Count > 1)
        {
            (int bestRank, int bestAt, int bestId) = (int.MaxValue, -1, -1);
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (_pairs.TryGetValue(Key(symbols[i], symbols[i + 1]), out (int Rank, int Id) merge) && merge.Rank < bestRank)
                {
                    (bestRank, bestAt, bestId) = (merge.Rank, i, merge.Id);
                }
            }

            if (bestAt < 0)
            {
                return;
            }

            symbols[bestAt] = bestId;
            symbols.RemoveAt(bestAt + 1);
        }
    }

    // A scan per merge is quadratic; a text without spaces can be one piece of many thousand symbols.
    void ApplyByQueue(List<int> symbols, List<int> ids)
    {
        int count = symbols.Count;
        int[] id = [.. symbols], next = new int[count], previous = new int[count];
        var queue = new PriorityQueue<(int At, int Left, int Right), (int Rank, int At)>();
        for (int i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Offer(i);
        }

        while (queue.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int second = pair.At < count && id[pair.At] >= 0 ? next[pair.At] : count;
            if (second >= count || id[pair.At] != pair.Left || id[second] != pair.Right)
            {
                continue;
            }

            id[pair.At] = _pairs[Key(pair.Left, pair.Right)].Id;
            id[second] = -1;
            next[pair.At] = next[second];
            if (next[second] < count)
            {
                previous[next[second]] = pair.At;
            }

            Offer(pair.At);
            if (previous[pair.At] >= 0)
            {
                Offer(previous[pair.At]);
            }
        }

        for (int i = 0; i < count; i = next[i])
        {
            ids.Add(id[i]);
        }

        void Offer(int at)
        {
            if (next[at] < count && _pairs.TryGetValue(Key(id[at], id[next[at]]), out (int Rank, int Id) merge))
            {
                queue.Enqueue((at, id[at], id[next[at]]), (merge.Rank, at));
            }
        }
    }
}
