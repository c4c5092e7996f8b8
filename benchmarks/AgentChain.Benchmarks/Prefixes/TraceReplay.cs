using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>
/// Replays the block hashes of traces through the prefix cache's pages, one block a page, and compares the share of blocks found with an
/// ideal cache of that size: every block in one exact order of last use. For information, the best that any cache could do: one that knows
/// the future (Belady, 1966).
/// </summary>
static class TraceReplay
{
    const double MostPoints = 1;

    public static bool Run()
    {
        Console.WriteLine("Blocks found in the pages, and in ideal caches of the same size:");
        Console.WriteLine("| trace | size, of all blocks | pages | ideal, least recently used | clairvoyant |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        bool holds = Replay("synthetic", BlockTrace.Synthetic(seed: 1));
        if (BlockTrace.Mooncake() is { } mooncake)
        {
            holds &= Replay("Mooncake, synthetic", mooncake);
        }
        else
        {
            Console.WriteLine("| Mooncake | not measured: shared/data/mooncake-synthetic.jsonl is not here | | | |");
        }

        Console.WriteLine();
        return holds;
    }

    static bool Replay(string name, IReadOnlyList<int[]> trace)
    {
        int blocks = trace.SelectMany(r => r).Distinct().Count();
        double asked = trace.Sum(r => (double)r.Length);
        bool holds = true;
        foreach (double share in (double[])[0.01, 0.05, 0.2, 0.5, 1])
        {
            int capacity = Math.Max(1, (int)(share * blocks));
            double pages = Pages(trace, capacity) / asked, ideal = IdealCaches.LeastRecentlyUsed(trace, capacity) / asked;
            Console.WriteLine(FormattableString.Invariant(
                $"| {name} | {share:P0} | {pages:P2} | {ideal:P2} | {IdealCaches.Clairvoyant(trace, capacity) / asked:P2} |"));
            holds &= Math.Abs(pages - ideal) * 100 <= MostPoints;
        }

        return holds;
    }

    static long Pages(IReadOnlyList<int[]> trace, int capacity)
    {
        var cache = new PrefixCache(1, 1, capacity, () => []);
        foreach (int[] blocks in trace)
        {
            cache.Find(blocks).Dispose();
            cache.Keep(blocks, _ => { }).Dispose();
        }

        return cache.Statistics.HitTokens;
    }
}
