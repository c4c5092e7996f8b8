using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// A turn of a conversation that completed, or of which something was heard before it ended early: what went in, what came out, and how
/// much of that was heard. Immutable. It holds what a user said, so its text form and its debugger display name the turn only.
/// </summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
[DebuggerDisplay("{Turn,nq}: {Outcome}")]
public sealed class Exchange<TIn, TOut>
{
    internal Exchange(TurnId turn, TurnOutcome outcome, TIn input, IReadOnlyList<TOut> output, IReadOnlyList<TOut> heard) =>
        (Turn, Outcome, Input, Output, Heard) = (turn, outcome, input, output, heard);

    /// <summary>Gets the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets how the turn ended. Whatever cut it short, what was heard until then was heard.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets what went in.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TIn Input { get; }

    /// <summary>
    /// Gets what came out: one value, or the items of the stream. Of a turn that completed that is all of it, whether or not the host read
    /// it; of any other what the host had read.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<TOut> Output { get; }

    /// <summary>
    /// Gets the part of <see cref="Output"/> that was heard, from its beginning: what the host had read, or less where it said so with
    /// <see cref="Turn{T}.ReportHeard"/>. As of when the history was asked for.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<TOut> Heard { get; }

    /// <summary>Names the turn.</summary>
    /// <returns>For example <c>turn 17</c>.</returns>
    public override string ToString() => Turn.ToString();
}
