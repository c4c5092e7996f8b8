namespace AgentChain.Benchmarks.Prefixes;

/// <summary>Counts the blocks that ideal caches find: those of a prompt up to the first that is missing.</summary>
static class IdealCaches
{
    /// <summary>Keeps the last used blocks; of one prompt, the first ones count as used last.</summary>
    public static double LeastRecentlyUsed(IReadOnlyList<int[]> trace, int capacity)
    {
        var order = new LinkedList<int>();
        var places = new Dictionary<int, LinkedListNode<int>>();
        long hits = 0;
        foreach (int[] blocks in trace)
        {
            hits += blocks.TakeWhile(places.ContainsKey).Count();
            foreach (int block in Enumerable.Reverse(blocks))
            {
                if (places.Remove(block, out LinkedListNode<int>? place))
                {
                    order.Remove(place);
                }

                places[block] = order.AddFirst(block);
            }

            while (places.Count > capacity)
            {
                places.Remove(order.Last!.Value);
                order.RemoveLast();
            }
        }

        return hits;
    }

    /// <summary>Keeps the blocks that are needed again soonest.</summary>
    public static double Clairvoyant(IReadOnlyList<int[]> trace, int capacity)
    {
        int[][] next = NextUses(trace);
        var kept = new SortedSet<(int Next, int Depth, int Block)>();
        var entries = new Dictionary<int, (int Next, int Depth, int Block)>();
        long hits = 0;
        for (int i = 0; i < trace.Count; i++)
        {
            hits += trace[i].TakeWhile(entries.ContainsKey).Count();
            for (int depth = 0; depth < trace[i].Length; depth++)
            {
                int block = trace[i][depth];
                if (entries.Remove(block, out (int, int, int) old))
                {
                    kept.Remove(old);
                }

                kept.Add(entries[block] = (next[i][depth], depth, block));
            }

            while (kept.Count > capacity)
            {
                entries.Remove(kept.Max.Block);
                kept.Remove(kept.Max);
            }
        }

        return hits;
    }

    static int[][] NextUses(IReadOnlyList<int[]> trace)
    {
        var seen = new Dictionary<int, int>();
        int[][] next = new int[trace.Count][];
        for (int i = trace.Count - 1; i >= 0; i--)
        {
            next[i] = [.. trace[i].Select(block => seen.GetValueOrDefault(block, int.MaxValue))];
            foreach (int block in trace[i])
            {
                seen[block] = i;
            }
        }

        return next;
    }
}
