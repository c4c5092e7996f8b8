using System.Diagnostics;

namespace AgentChain;

/// <summary>
/// Represents how soon all of a turn's work ended after its outcome. An interrupted turn ends immediately, but its blocks end when they
/// observe their cancellation token. Blocks that do not within <see cref="ChainOptions.Grace"/> are detached, which ends the wait.
/// Immutable.
/// </summary>
[DebuggerDisplay("{Turn,nq}: quiet after {Elapsed.TotalMilliseconds} ms")]
public sealed class TurnQuiescence
{
    internal TurnQuiescence(TurnId turn, TurnOutcome outcome, TimeSpan elapsed, IReadOnlyList<BlockQuiescence> blocks) =>
        (Turn, Outcome, Elapsed, Blocks) = (turn, outcome, elapsed, blocks);

    /// <summary>Gets the identifier of the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets the outcome of the turn.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets the time from the outcome until the last block ended or was detached; zero if no block was running.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>
    /// Gets the blocks that were running when the turn ended, each once, in the order in which they ended. Values that only waited in
    /// queues are not included.
    /// </summary>
    public IReadOnlyList<BlockQuiescence> Blocks { get; }

    /// <summary>Describes the quiescence in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => OptionCheck.Text($"{Turn}: quiet {OptionCheck.Ms(Elapsed)} after {Outcome}, {OptionCheck.Count(Blocks.Count, "block")} still running");
}
