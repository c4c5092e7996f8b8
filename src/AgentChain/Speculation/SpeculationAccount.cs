using System.Diagnostics;

namespace AgentChain.Speculation;

/// <summary>Represents the speculation of one turn: its runs, the time saved and the time wasted. Immutable.</summary>
[DebuggerDisplay("{Started} started, {Committed} committed, {Saved.TotalMilliseconds} ms saved")]
public sealed record SpeculationAccount
{
    /// <summary>Gets the account of a turn without speculation.</summary>
    public static SpeculationAccount None { get; } = new();

    /// <summary>Describes the account in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{Started} started, {Committed} committed, {Terminated} terminated, {OptionCheck.Count(Prefills, "prefill")}, {OptionCheck.Count(Faults, "fault")}, {OptionCheck.Ms(Saved)} saved, {OptionCheck.Ms(Wasted)} wasted");

    /// <summary>Gets the number of block runs that were started on hypotheses.</summary>
    public int Started { get; init; }

    /// <summary>Gets the number of started runs that were committed.</summary>
    public int Committed { get; init; }

    /// <summary>Gets the number of started runs that were terminated.</summary>
    public int Terminated { get; init; }

    /// <summary>Gets the number of prefills that were run.</summary>
    public int Prefills { get; init; }

    /// <summary>
    /// Gets the number of speculations that ended because a block, a prediction or a controller threw. Their turns continued without them.
    /// </summary>
    public int Faults { get; init; }

    /// <summary>
    /// Gets the time by which the first output came sooner than on the sequential critical path of the same turn. To compute that path,
    /// every committed run is moved after the moment at which its input became final, and each step starts after the latest of its inputs.
    /// Early work inside the blocks before the output counts too: without it, the work would have begun when it was committed.
    /// </summary>
    public TimeSpan Saved { get; init; }

    /// <summary>Gets the time by which the last output came sooner, computed as for <see cref="Saved"/>.</summary>
    public TimeSpan SavedToLast { get; init; }

    /// <summary>Gets the working time of terminated runs, without prefills.</summary>
    public TimeSpan Wasted { get; init; }

    /// <summary>Gets the working time of all other runs.</summary>
    public TimeSpan Useful { get; init; }

    /// <summary>Gets the working time of prefills.</summary>
    public TimeSpan Prefilling { get; init; }

    /// <summary>
    /// Gets the number of device leases that runs of the turn still held when the report was created. Those runs had not observed their
    /// cancellation token yet.
    /// </summary>
    public int OpenLeases { get; init; }

    /// <summary>Gets the last requests to the controller, up to 256, oldest first, with their results.</summary>
    public IReadOnlyList<SpeculationResolution> Decisions { get; init; } = [];
}
