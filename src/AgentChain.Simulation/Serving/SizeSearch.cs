namespace AgentChain.Simulation;

/// <summary>Finds the best size of chunks without a replay of each: from one size on, in the direction in which it gets better.</summary>
/// <remarks>
/// Small chunks hold up the first token, large ones the others, so the results mostly get better up to one size and worse from there. Each size is
/// replayed at most once; where the search begins at the best size, it and its neighbours. Both neighbours are, because where few requests are in time
/// the results can get a little better in one direction and much better in the other.
/// </remarks>
static class SizeSearch
{
    /// <summary>Returns the results of the sizes that were tried, in order of the sizes.</summary>
    /// <param name="sizes">The number of sizes; at least 1.</param>
    /// <param name="start">The index of the size with which the search begins.</param>
    /// <param name="replay">Replays the size with an index.</param>
    public static IReadOnlyList<ServingResult> Run(int sizes, int start, Func<int, ServingResult> replay)
    {
        SortedList<int, ServingResult> tried = new() { [start] = replay(start) };
        bool isUp = IsBetter(start + 1, tried[start]), isDown = IsBetter(start - 1, isUp ? tried[start + 1] : tried[start]);
        int by = isDown ? -1 : 1;
        if (isUp || isDown)
        {
            int at = start + by;
            while (IsBetter(at + by, tried[at]))
            {
                at += by;
            }
        }

        return [.. tried.Values];

        bool IsBetter(int at, ServingResult than) =>
            at >= 0 && at < sizes && ServingChoice.IsBetter(tried[at] = replay(at), than);
    }
}
