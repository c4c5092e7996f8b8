using AgentChain.Turns;

namespace AgentChain.Tests.Flow;

/// <summary>What every report must be: contiguous parts, each with an owner, that sum to the turn's time.</summary>
static class Reports
{
    public static void AssertLawful(TurnResult result)
    {
        TurnReport report = result.Report;
        AssertTiles(report.Parts, report.Elapsed);
        Assert.Equal(result.Error is null, result.Outcome == TurnOutcome.Completed);
        if (report.FirstOutput is { } first)
        {
            Assert.InRange(first, TimeSpan.Zero, report.Elapsed);
            AssertTiles(report.PartsToFirstOutput, first);
        }
        else
        {
            Assert.Empty(report.PartsToFirstOutput);
        }

        foreach (BlockSpan span in report.Spans)
        {
            Assert.NotEmpty(span.Block);
            Assert.True(span.Queued <= span.Started && span.Started <= span.Ended, $"{span} does not run forwards.");
            Assert.True(span.DeviceWait >= TimeSpan.Zero);
        }
    }

    static void AssertTiles(IReadOnlyList<ReportPart> parts, TimeSpan whole)
    {
        TimeSpan at = TimeSpan.Zero;
        foreach (ReportPart part in parts)
        {
            Assert.NotEmpty(part.Owner);
            Assert.Equal(at, part.Start);
            Assert.True(part.End >= part.Start, $"{part} runs backwards.");
            at = part.End;
        }

        Assert.Equal(whole, at);
        Assert.Equal(whole, parts.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Duration));
    }
}

static class AsyncEnumerables
{
    public static async Task<T> SingleAsync<T>(this IAsyncEnumerable<T> items) => Assert.Single(await items.ToListAsync());

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (T item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
