namespace AgentChain.Tests.Simulation;

/// <summary>
/// A random block's behavior for a value: decided by the seed, the block and the value alone, so that an oracle knows it too.
/// </summary>
sealed class Fate(int seed, double faults, bool narrow = false)
{
    public enum Fault
    {
        None,
        Throws,
        ThrowsSynchronously,
        ThrowsOperationCanceled,
    }

    /// <summary>Whether asynchronous blocks serve few turns at once from short queues, and have no budgets.</summary>
    public bool IsNarrow => narrow;

    /// <summary>A number from 0 on, below a bound.</summary>
    public int Draw(string block, long value, string what, int below)
    {
        ulong hash = 14695981039346656037UL ^ (uint)seed;
        foreach (char c in block)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        foreach (char c in what)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (ulong)value) * 1099511628211UL;
        hash ^= hash >> 29;
        hash *= 0xbf58476d1ce4e5b9UL;
        hash ^= hash >> 32;
        return (int)(hash % (ulong)below);
    }

    /// <summary>How long a block works, in whole milliseconds.</summary>
    public int Delay(string block, long value) => Draw(block, value, "delay", 5) == 0 ? 0 : 1 + Draw(block, value, "long", 40);

    public Fault FaultOf(string block, long value)
    {
        int draw = Draw(block, value, "fault", 1000);
        return draw >= faults * 1000 ? Fault.None : (Fault)(1 + Draw(block, value, "sort", 3));
    }

    /// <summary>Whether a block ignores its token.</summary>
    public bool Ignores(string block, long value) => Draw(block, value, "ignores", 3) == 0;
}

/// <summary>The exception that a random block throws.</summary>
sealed class PlannedFaultException : Exception;

/// <summary>The result of a step for a value: it continues, or its turn ends.</summary>
/// <param name="At">When, in ticks since the turn's start.</param>
/// <param name="Value">The value that continues.</param>
/// <param name="EndedBy">The blocks by which the turn may have ended; more than one when they end it at the same instant.</param>
/// <param name="Outcome">How it ended.</param>
sealed record Prediction(long At, long Value, IReadOnlyList<string>? EndedBy = null, TurnOutcome Outcome = TurnOutcome.Completed)
{
    public bool Ends => EndedBy is not null;

    public static Prediction End(long at, TurnOutcome outcome, string block) => new(at, 0, [block], outcome);

    /// <summary>The sooner of two ends.</summary>
    public static Prediction Sooner(Prediction a, Prediction b) =>
        !a.Ends ? b : !b.Ends ? a : a.At < b.At ? a : b.At < a.At ? b : a with { EndedBy = [.. a.EndedBy!, .. b.EndedBy!] };
}
