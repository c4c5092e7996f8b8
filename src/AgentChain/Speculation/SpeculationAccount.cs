using System.Diagnostics;

namespace AgentChain.Speculation;

/// <summary>What speculation did in a turn, what it won and what it wasted. Immutable.</summary>
[DebuggerDisplay("{Started} started, {Committed} committed, {Saved.TotalMilliseconds} ms saved")]
public sealed record SpeculationAccount
{
    /// <summary>Gets the account of a turn in which nothing was speculated.</summary>
    public static SpeculationAccount None { get; } = new();

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{Started} started, {Committed} committed, {Terminated} terminated, {Prefills} pre-fills, {Faults} faults, {OptionCheck.Ms(Saved)} saved, {OptionCheck.Ms(Wasted)} wasted");

    /// <summary>Gets how many runs of blocks were started on hypotheses.</summary>
    public int Started { get; init; }

    /// <summary>Gets how many of them stood.</summary>
    public int Committed { get; init; }

    /// <summary>Gets how many of them were in vain.</summary>
    public int Terminated { get; init; }

    /// <summary>Gets how many pre-fills were run.</summary>
    public int Prefills { get; init; }

    /// <summary>Gets how many speculations ended because something threw: a block, a prediction, a controller. Their turns went on without them.</summary>
    public int Faults { get; init; }

    /// <summary>
    /// Gets how much sooner the first output came than it would have on the sequential critical path of this very turn: every run that
    /// stood is put back behind the moment its input was certain, and the latest of what each step would have waited for counts.
    /// </summary>
    public TimeSpan Saved { get; init; }

    /// <summary>Gets the same for the last output.</summary>
    public TimeSpan SavedToLast { get; init; }

    /// <summary>Gets the working time of the runs that were in vain, pre-fills apart.</summary>
    public TimeSpan Wasted { get; init; }

    /// <summary>Gets the working time of all other runs.</summary>
    public TimeSpan Useful { get; init; }

    /// <summary>Gets the working time of pre-fills.</summary>
    public TimeSpan Prefilling { get; init; }

    /// <summary>Gets how many leases runs of the turn still held when the report was put together: those that were still obeying their token.</summary>
    public int OpenLeases { get; init; }

    /// <summary>Gets the questions put to the controller, oldest first, at most the last 256, with what came of them.</summary>
    public IReadOnlyList<SpeculationResolution> Decisions { get; init; } = [];
}
