using System.Diagnostics;

namespace AgentChain;

/// <summary>
/// Represents a turn of a conversation that completed, or of which the user heard part before it ended early: its input, its output and the
/// part that was heard. Immutable. It holds user text, so its string representation and debugger display only name the turn.
/// </summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <typeparam name="TOut">The type of the chain's output.</typeparam>
[DebuggerDisplay("{Turn,nq}: {Outcome}")]
public sealed class Exchange<TIn, TOut>
{
    internal Exchange(TurnId turn, TurnOutcome outcome, TIn input, IReadOnlyList<TOut> output, IReadOnlyList<TOut> heard) =>
        (Turn, Outcome, Input, Output, Heard) = (turn, outcome, input, output, heard);

    /// <summary>Gets the identifier of the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets the outcome of the turn. Output that was heard before the turn ended early still counts as heard.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets the input of the turn.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TIn Input { get; }

    /// <summary>
    /// Gets the output of the turn: one value, or the items of the stream. For a completed turn, this is the whole output, whether or not
    /// the host read it. For any other turn, it is the part that the host read.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<TOut> Output { get; }

    /// <summary>
    /// Gets the beginning of <see cref="Output"/> that was heard: the part that the host read, or less if the host called
    /// <see cref="Turn{T}.ReportHeard"/>. It reflects the time at which the history was read.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<TOut> Heard { get; }

    /// <summary>Returns the name of the turn.</summary>
    /// <returns>A string such as <c>turn 17</c>.</returns>
    public override string ToString() => Turn.ToString();
}
