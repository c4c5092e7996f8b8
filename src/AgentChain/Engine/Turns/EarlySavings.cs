namespace AgentChain.Engine.Turns;

/// <summary>Computes how much sooner an output came because of the early work inside the blocks before it.</summary>
/// <remarks>
/// <code>
///  with early work      ran ======== C ===== E          C: committed, A: the block begins to wait
///                                      A ... E          it continues at the latest end, or at A
///  without              C ============== C + (E - ran)
/// </code>
/// The works that a block begins to wait for at the same moment are one wait, in which the latest end counts, also that of works that were
/// not early. Waits of a block follow each other, so their savings add up.
/// </remarks>
static class EarlySavings
{
    /// <summary>Returns the ticks by which an output came sooner.</summary>
    /// <param name="output">The output; null if there was none.</param>
    /// <param name="hasMore">
    /// Whether more outputs follow it. Work at its own instant, or in a run on a hypothesis, then does not count, because the block may
    /// have made the output before.
    /// </param>
    /// <param name="works">The works that were committed and completed.</param>
    /// <param name="waits">The waits for all works, by block.</param>
    public static long Of(
        TraceStep? output, bool hasMore, IEnumerable<EarlyWork> works, IReadOnlyDictionary<BlockNode, InnerWait[]> waits)
    {
        if (output is null)
        {
            return 0;
        }

        HashSet<BlockNode> path = [];
        for (TraceStep? step = output; step is not null; step = step.Parent)
        {
            path.Add(step.Node);
        }

        long sum = 0;
        foreach (IGrouping<(TraceStep Run, long), EarlyWork> wait in works.GroupBy(work => ((TraceStep)work.Owner, AwaitedAt(work))))
        {
            (TraceStep run, long at) = wait.Key;
            bool isWrong = ((run.Scope?.Notes ?? SpanNotes.None) & SpanNotes.Terminated) != 0;
            bool isBefore = hasMore ? at < output.EndedAt && !wait.Any(work => work.WasSpeculative) : at <= output.EndedAt;
            if (path.Contains(run.Node) && !isWrong && isBefore)
            {
                sum += Of(wait, at, waits.GetValueOrDefault(run.Node) ?? []);
            }
        }

        return sum;
    }

    static long Of(IEnumerable<EarlyWork> works, long at, InnerWait[] waits)
    {
        long others = waits.Where(wait => wait.From == at).Select(wait => wait.Until).DefaultIfEmpty(at).Max();
        long end = others;
        long sequential = others;
        foreach (EarlyWork work in works)
        {
            end = Math.Max(end, work.EndedAt);
            sequential = Math.Max(sequential, work.ResolvedAt + (work.EndedAt - work.RanAt));
        }

        return Math.Max(0, sequential - end);
    }

    /// <summary>The time at which the block waited for the work; if it never did, the time at which it took the result.</summary>
    static long AwaitedAt(EarlyWork work) => work.AwaitedAt != 0 ? work.AwaitedAt : work.ResolvedAt;
}
