using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// How soon everything a turn was doing had ended after its outcome. A turn that is interrupted is over at once, but its blocks
/// end when they obey their token; those that do not within <see cref="ChainOptions.Grace"/> are left behind, and that ends the wait.
/// Immutable.
/// </summary>
[DebuggerDisplay("{Turn,nq}: quiet after {Elapsed.TotalMilliseconds} ms")]
public sealed class TurnQuiescence
{
    internal TurnQuiescence(TurnId turn, TurnOutcome outcome, TimeSpan elapsed, IReadOnlyList<BlockQuiescence> blocks) =>
        (Turn, Outcome, Elapsed, Blocks) = (turn, outcome, elapsed, blocks);

    /// <summary>Gets the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets how it ended.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets the time from the outcome until the last of its blocks had ended or was left behind; zero when none still ran.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets the blocks that were at work when the turn ended, each once, the soonest first; values that only waited in queues are not among them.</summary>
    public IReadOnlyList<BlockQuiescence> Blocks { get; }

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text($"{Turn}: quiet {OptionCheck.Ms(Elapsed)} after {Outcome}, {Blocks.Count} blocks had still run");
}
