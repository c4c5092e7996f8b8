using System.Diagnostics;
using AgentChain.Speculation;

namespace AgentChain.Turns;

/// <summary>
/// Where a turn's time went. <see cref="Parts"/> are contiguous, each with an owner, and sum to <see cref="Elapsed"/>:
/// they are the turn's critical path, found by walking back from its last output to what each step had waited for.
/// <see cref="Spans"/> are everything the blocks did, overlaps included; where a block ran for many items, most of them are folded into
/// one span. Immutable.
/// </summary>
[DebuggerDisplay("{Elapsed.TotalMilliseconds} ms in {Parts.Count} parts")]
public sealed class TurnReport
{
    internal TurnReport(
        TimeSpan elapsed, TimeSpan? firstOutput, IReadOnlyList<ReportPart> parts, IReadOnlyList<ReportPart> partsToFirstOutput, IReadOnlyList<BlockSpan> spans) =>
        (Elapsed, FirstOutput, Parts, PartsToFirstOutput, Spans) = (elapsed, firstOutput, parts, partsToFirstOutput, spans);

    /// <summary>Gets the turn's time from start to outcome.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets the time to the first output.</summary>
    /// <value><see langword="null"/> when there was none.</value>
    public TimeSpan? FirstOutput { get; }

    /// <summary>Gets when live input had ended, the wait for its end included, and the chain's budget began to count.</summary>
    /// <value><see langword="null"/> when the input was there from the start.</value>
    public TimeSpan? InputEnded { get; internal init; }

    /// <summary>Gets the time a person waits: from the end of the input to the first output.</summary>
    /// <value><see langword="null"/> when there was no output.</value>
    public TimeSpan? ResponseTime => FirstOutput - (InputEnded ?? TimeSpan.Zero);

    /// <summary>Gets the critical path to the end: contiguous from zero to <see cref="Elapsed"/>.</summary>
    public IReadOnlyList<ReportPart> Parts { get; }

    /// <summary>Gets the critical path to the first output: contiguous from zero to <see cref="FirstOutput"/>; empty when there was none.</summary>
    public IReadOnlyList<ReportPart> PartsToFirstOutput { get; }

    /// <summary>Gets what speculation did, won and wasted.</summary>
    public SpeculationAccount Speculation { get; internal init; } = SpeculationAccount.None;

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{OptionCheck.Ms(Elapsed)} in {Parts.Count} parts, {(FirstOutput is { } first ? $"first output after {OptionCheck.Ms(first)}" : "no output")}");

    /// <summary>
    /// Gets the runs of the blocks, in order of start: one span for each of the first 32 runs of a block, and one for all further ones, whose
    /// <see cref="BlockSpan.Runs"/> says how many.
    /// </summary>
    public IReadOnlyList<BlockSpan> Spans { get; }
}
