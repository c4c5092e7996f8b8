using AgentChain.Tests.Soak;

namespace AgentChain.Tests.Engine;

/// <summary>The form that every report must have: contiguous parts, each with an owner, that sum to the turn's time.</summary>
static class Reports
{
    public static void AssertLawful(TurnResult result)
    {
        TurnReport report = result.Report;
        Assert.Null(LawfulReport.FaultOf(result));
        foreach (BlockSpan span in report.Spans)
        {
            Assert.NotEmpty(span.Block);
            Assert.True(span.Queued <= span.Started && span.Started <= span.Ended, $"{span} does not run forwards.");
            Assert.True(span.DeviceWait >= TimeSpan.Zero);
        }
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
