using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Soak.Kinds;

/// <summary>The steps that several kinds share.</summary>
static class Steps
{
    /// <summary>Passes its input on, usually from another thread.</summary>
    public static async ValueTask<int> YieldAsync(int x, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return x;
    }

    /// <summary>Never ends by itself, but observes its token.</summary>
    public static async ValueTask<int> NeverAsync(int x, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return x;
    }

    /// <summary>Produces the numbers from 0 up to a count, and sometimes blocks its thread briefly.</summary>
    public static async IAsyncEnumerable<int> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % 7 == 3)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }

            yield return i;
        }
    }

    /// <summary>Turns one item into two.</summary>
    public static async IAsyncEnumerable<int> TwiceAsync(int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return x;
        if (x % 5 == 0)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }

        yield return x;
    }

    /// <summary>The sum of the numbers from 0 up to a count.</summary>
    public static long SumOf(int count) => (long)count * (count - 1) / 2;
}
