using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Steps for tests in virtual time.</summary>
static class VirtualChains
{
    /// <summary>Waits, then hands its input on.</summary>
    public static Func<T, CancellationToken, ValueTask<T>> Work<T>(this VirtualWorld world, double milliseconds) => async (x, token) =>
    {
        await world.Delay(milliseconds, token);
        return x;
    };

    /// <summary>Waits without looking at its token, then hands its input on.</summary>
    public static Func<T, CancellationToken, ValueTask<T>> DeafWork<T>(this VirtualWorld world, double milliseconds) => async (x, _) =>
    {
        await world.Delay(milliseconds, CancellationToken.None);
        return x;
    };

    /// <summary>Produces 0, 1, 2, ... with a wait before each.</summary>
    public static async IAsyncEnumerable<int> Count(
        this VirtualWorld world, IEnumerable<double> waits, [EnumeratorCancellation] CancellationToken token = default)
    {
        int i = 0;
        foreach (double wait in waits)
        {
            if (wait > 0)
            {
                await world.Delay(wait, token);
            }

            yield return i++;
        }
    }

    public static double Ms(this TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
