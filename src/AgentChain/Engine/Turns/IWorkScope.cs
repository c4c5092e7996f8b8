using AgentChain.Blocks;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Part of a turn's work that can end before the turn does: a sub-chain that its fallback replaced, a hypothesis that was revised, a
/// speculation. A trace step passes its scope to the steps that it causes.
/// </summary>
/// <remarks>
/// A scope that does not track the runs inside keeps the default implementations. Speculation, which tracks them, thus remains a layer:
/// nothing below it needs its types.
/// </remarks>
interface IWorkScope
{
    /// <summary>Whether the results of the work inside are no longer needed.</summary>
    bool IsGone { get; }

    /// <summary>Whether the input of the work inside can still turn out to be wrong.</summary>
    bool IsUncommitted { get; }

    /// <summary>A token that is canceled when the results of the work inside are no longer needed.</summary>
    CancellationToken InnerToken { get; }

    /// <summary>The timestamp at which the work inside must be done; <see cref="long.MaxValue"/> for no limit.</summary>
    long DueAt { get; }

    /// <summary>The hypothesis on which the work inside depends; null if its input is final.</summary>
    IWorkScope? Hypothesis { get; }

    /// <summary>The timestamp at which the input of a run that began early became final; 0 for any other run.</summary>
    long CertainAt => 0;

    /// <summary>The number of the speculative run, unique in the chain; 0 if there is none.</summary>
    long RunNumber => 0;

    /// <summary>The time in which the run inside only waited for the commit; 0 and 0 if it did not.</summary>
    (long From, long Until) Idle => default;

    /// <summary>Called when the run inside has only waited for the commit.</summary>
    void WasIdle(long from, long until)
    {
    }

    /// <summary>The report's notes about a run inside.</summary>
    SpanNotes Notes => SpanNotes.None;

    /// <summary>Whether it is known whether the work inside is used.</summary>
    bool IsDecided => true;

    /// <summary>Takes an error of a run inside if the run is still uncommitted.</summary>
    /// <returns>
    /// Whether the scope took the error. False if the run was committed meanwhile: the error then belongs to the turn. The scope decides
    /// under the lock under which it commits, so an error is never lost between the two.
    /// </returns>
    bool TryFault(Exception error);

    /// <summary>Called when a run of a block inside has begun to work.</summary>
    /// <returns>Whether the run's own budget counts from now on.</returns>
    bool BlockStarted(TraceStep run) => !IsUncommitted;

    /// <summary>Called when a run of a block inside has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The time at which it ended.</param>
    /// <param name="finished">Whether the block returned in time to be counted.</param>
    void BlockEnded(TraceStep run, long now, bool finished)
    {
    }

    /// <summary>Reads a carried value for a block inside.</summary>
    /// <param name="key">The key.</param>
    /// <param name="baggage">The values that the run carries.</param>
    T? Read<T>(TurnKey<T> key, Baggage? baggage) => baggage is null ? default : baggage.Find(key);

    /// <summary>Completes when the work inside is committed.</summary>
    ValueTask WhenCommitted(CancellationToken cancellationToken) => default;
}
