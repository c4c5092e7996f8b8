namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>The work of every side of a comparison: the same methods for all.</summary>
static class Work
{
    /// <summary>An asynchronous step that really yields its thread.</summary>
    public static async Task<int> StepAsync(int x)
    {
        await Task.Yield();
        return x + 1;
    }

    /// <summary>A step that is asynchronous in its signature only, like a cache hit.</summary>
    public static ValueTask<int> QuickStepAsync(int x) => new(x + 1);

    /// <summary>A producer of items.</summary>
    public static async IAsyncEnumerable<int> CountAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.CompletedTask;
    }

    /// <summary>A second step that returns one item for each input.</summary>
    public static IEnumerable<int> One(int item)
    {
        yield return item + 1;
    }

    /// <summary>A second streaming step that produces one item for each input.</summary>
    public static async IAsyncEnumerable<int> OneAsync(int item)
    {
        yield return item + 1;
        await Task.CompletedTask;
    }
}
