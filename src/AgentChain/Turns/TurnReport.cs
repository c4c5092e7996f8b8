using System.Diagnostics;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>
/// Represents how a turn's time was spent. <see cref="Parts"/> are contiguous, each with an owner, and sum to <see cref="Elapsed"/>. They
/// are the turn's critical path, found by walking back from its last output to the predecessor that each step waited for.
/// <see cref="Spans"/> are all runs of the blocks, including overlapping ones. If a block ran for many items, most of its runs are folded
/// into one span. Immutable.
/// </summary>
[DebuggerDisplay("{Elapsed.TotalMilliseconds} ms in {Parts.Count} parts")]
public sealed class TurnReport
{
    internal TurnReport(
        TimeSpan elapsed, TimeSpan? firstOutput, IReadOnlyList<ReportPart> parts,
        IReadOnlyList<ReportPart> partsToFirstOutput, IReadOnlyList<BlockSpan> spans) =>
        (Elapsed, FirstOutput, Parts, PartsToFirstOutput, Spans) = (elapsed, firstOutput, parts, partsToFirstOutput, spans);

    /// <summary>Gets the time from the turn's start to its outcome.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets the time to the first output.</summary>
    /// <value><see langword="null"/> if there was no output.</value>
    public TimeSpan? FirstOutput { get; }

    /// <summary>
    /// Gets the time at which the live input had ended, including the endpoint wait, and the chain's budget began to count.
    /// </summary>
    /// <value><see langword="null"/> if the input was available from the start.</value>
    public TimeSpan? InputEnded { get; internal init; }

    /// <summary>Gets the limits of the turn: those of the chain or, where they are shorter, of its own <see cref="TurnOptions"/>.</summary>
    public LatencyBudget Budget { get; internal init; }

    /// <summary>Gets the time that the user waits: from the end of the input to the first output.</summary>
    /// <value><see langword="null"/> if there was no output.</value>
    public TimeSpan? ResponseTime => FirstOutput - (InputEnded ?? TimeSpan.Zero);

    /// <summary>Gets the critical path to the end, contiguous from zero to <see cref="Elapsed"/>.</summary>
    public IReadOnlyList<ReportPart> Parts { get; }

    /// <summary>
    /// Gets the critical path to the first output, contiguous from zero to <see cref="FirstOutput"/>; empty if there was no output.
    /// </summary>
    public IReadOnlyList<ReportPart> PartsToFirstOutput { get; }

    /// <summary>Gets the account of the turn's speculation: its runs, the time saved and the time wasted.</summary>
    public SpeculationAccount Speculation { get; internal init; } = SpeculationAccount.None;

    /// <summary>Gets the use of models, summed by block and model; empty if no block reported any.</summary>
    public IReadOnlyList<BlockUsage> Usage { get; internal init; } = [];

    /// <summary>Describes the report in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{OptionCheck.Ms(Elapsed)} in {OptionCheck.Count(Parts.Count, "part")}, {(FirstOutput is { } first ? $"first output after {OptionCheck.Ms(first)}" : "no output")}");

    /// <summary>
    /// Gets the runs of the blocks, in order of start: one span for each of the first 32 runs of a block, and one span for all further
    /// runs, counted in <see cref="BlockSpan.Runs"/>.
    /// </summary>
    public IReadOnlyList<BlockSpan> Spans { get; }
}
