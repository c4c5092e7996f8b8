using AgentChain.Blocks;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Part of a turn's work that can end before the turn does: a sub-chain that its fallback replaced, a hypothesis that was revised, a
/// speculation. A trace step passes its scope to the steps that it causes.
/// </summary>
/// <remarks>
/// A scope that does not follow the runs inside it leaves the members with a body as they are. This is how speculation, which follows
/// them, stays a layer: nothing below it needs its types.
/// </remarks>
interface IWorkScope
{
    /// <summary>Whether the results of the work inside are no longer needed.</summary>
    bool IsGone { get; }

    /// <summary>Whether the input of the work inside may still turn out to be wrong.</summary>
    bool IsUncommitted { get; }

    /// <summary>Fires when the results of the work inside are no longer needed.</summary>
    CancellationToken InnerToken { get; }

    /// <summary>The timestamp at which the work inside must be done; <see cref="long.MaxValue"/> for no limit.</summary>
    long DueAt { get; }

    /// <summary>The hypothesis on which the work inside rests; null when its input is final.</summary>
    IWorkScope? Hypothesis { get; }

    /// <summary>The timestamp at which the input of a run that began early became final; 0 for any other run.</summary>
    long CertainAt => 0;

    /// <summary>The number of the speculative run, unique in the chain; 0 where there is none.</summary>
    long RunNumber => 0;

    /// <summary>What the report notes about a run inside.</summary>
    SpanNotes Notes => SpanNotes.None;

    /// <summary>Whether it is known whether the work inside is used.</summary>
    bool IsDecided => true;

    /// <summary>Takes an error of a run inside, as long as the run is uncommitted.</summary>
    /// <returns>
    /// Whether the scope took the error. False when the run was committed meanwhile: the error belongs to the turn then. The scope decides
    /// under the lock under which it commits, so an error is never lost between the two.
    /// </returns>
    bool TryFault(Exception error);

    /// <summary>A run of a block inside has begun to work.</summary>
    /// <returns>Whether the run's own budget counts from now on.</returns>
    bool BlockStarted(TraceStep run) => !IsUncommitted;

    /// <summary>A run of a block inside has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="finished">Whether the block returned in time to be counted.</param>
    void BlockEnded(TraceStep run, long now, bool finished)
    {
    }

    /// <summary>Reads a carried value for a block inside.</summary>
    /// <param name="key">The key.</param>
    /// <param name="baggage">What the run carries.</param>
    T? Read<T>(TurnKey<T> key, Baggage? baggage) => baggage is null ? default : baggage.Find(key);

    /// <summary>Completes when the work inside is committed.</summary>
    ValueTask WhenCommitted(CancellationToken cancellationToken) => default;
}
