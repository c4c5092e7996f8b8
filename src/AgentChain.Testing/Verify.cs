using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace AgentChain.Testing;

/// <summary>The assertions of the contracts, which know no test framework.</summary>
static class Verify
{
    /// <summary>The time after which an event that must happen counts as missing: more than any busy machine needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string? what = null)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ContractException($"{what} is {actual} instead of {expected}.");
        }
    }

    public static void True(bool condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        if (!condition)
        {
            throw new ContractException($"'{what}' does not hold.");
        }
    }

    public static async Task<TException> ThrowsAsync<TException>(
        Func<Task> action, [CallerArgumentExpression(nameof(action))] string? what = null)
        where TException : Exception
    {
        try
        {
            await action().WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TException error)
        {
            return error;
        }

        throw new ContractException($"{what} did not throw a {typeof(TException).Name}.");
    }

    /// <summary>Waits for work that must end, but no longer than <see cref="Patience"/> or the specified time.</summary>
    public static async Task InTimeAsync(Task work, string what, TimeSpan? patience = null)
    {
        TimeSpan most = patience ?? Patience;
        try
        {
            await work.WaitAsync(most).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!work.IsFaulted)
        {
            throw Missing(what, most);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw Missing(what, Patience);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System).ConfigureAwait(false);
        }
    }

    static ContractException Missing(string? what, TimeSpan patience) => new(string.Create(
        CultureInfo.InvariantCulture, $"'{what}' did not come to hold within {patience.TotalSeconds:0.###} seconds."));
}
