using System.Text.Json;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>Creates and reads traces: the blocks of each prompt. A block's number stands for it and all before it, as a hash does.</summary>
static class BlockTrace
{
    const int Requests = 20_000;

    /// <summary>Creates conversations that begin with one of eight system prompts, and whose turns have all blocks of the turn before.</summary>
    public static IReadOnlyList<int[]> Synthetic(int seed)
    {
        var random = new Random(seed);
        int next = 1_000;
        var open = new List<List<int>>();
        var trace = new List<int[]>();
        while (trace.Count < Requests)
        {
            if (open.Count < 100 || random.Next(4) == 0)
            {
                open.Add([.. Enumerable.Range(random.Next(8) * 20, 12)]);
            }

            // Younger conversations go on more often.
            List<int> conversation = open[^(1 + (int)(open.Count * Math.Pow(random.NextDouble(), 4)))];
            int added = 1 + random.Next(4);
            conversation.AddRange(Enumerable.Range(next, added));
            next += added;
            trace.Add([.. conversation]);
        }

        return trace;
    }

    /// <summary>Reads Mooncake's synthetic trace.</summary>
    /// <returns>The trace, or <see langword="null"/> if the file is not here.</returns>
    public static IReadOnlyList<int[]>? Mooncake() => SharedFile.Find("mooncake-synthetic.jsonl") is { } path
        ? [.. File.ReadLines(path).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return row.RootElement.GetProperty("hash_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        })]
        : null;
}
