using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Streams for stress tests, which let other threads' work come in between their items.</summary>
static class YieldingStreams
{
    /// <summary>Produces some numbers from the input up.</summary>
    public static async IAsyncEnumerable<int> RespondAsync(int x, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return x + i;
        }
    }

    /// <summary>Produces the input twice.</summary>
    public static async IAsyncEnumerable<int> SpeakAsync(int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return x;
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return x;
    }
}
