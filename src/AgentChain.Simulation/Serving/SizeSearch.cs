namespace AgentChain.Simulation;

/// <summary>Finds the best size of chunks without a replay of each: from one size on, in the direction in which it gets better.</summary>
/// <remarks>
/// Small chunks hold up the first token, large ones the others, so the results get better up to one size and worse from there. Each size is
/// replayed at most once; where the search begins at the best size, it and its neighbours.
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
        if (!Climb(1))
        {
            Climb(-1);
        }

        return [.. tried.Values];

        bool Climb(int by)
        {
            int at = start;
            for (int next = at + by; next >= 0 && next < sizes; (at, next) = (next, next + by))
            {
                tried[next] = replay(next);
                if (!ServingChoice.IsBetter(tried[next], tried[at]))
                {
                    break;
                }
            }

            return at != start;
        }
    }
}
