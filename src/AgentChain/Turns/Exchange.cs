using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>
/// A turn of a conversation that completed: what went in and all that came out. Immutable. It holds what a user said, so its
/// text form and its debugger display name the turn only.
/// </summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
[DebuggerDisplay("{Turn,nq}")]
public sealed class Exchange<TIn, TOut>
{
    internal Exchange(TurnId turn, TIn input, IReadOnlyList<TOut> output) => (Turn, Input, Output) = (turn, input, output);

    /// <summary>Gets the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets what went in.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public TIn Input { get; }

    /// <summary>Gets what came out, whether or not the host read all of it: one value, or the items of the stream.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<TOut> Output { get; }

    /// <summary>Names the turn.</summary>
    /// <returns>For example <c>turn 17</c>.</returns>
    public override string ToString() => Turn.ToString();
}
