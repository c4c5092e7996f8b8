using System.Diagnostics;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>Represents the outcome of a turn and the report of its time. Immutable.</summary>
[DebuggerDisplay("{Turn,nq}: {Outcome}")]
public sealed class TurnResult
{
    readonly IEndedTurn _turn;
    TurnReport? _report;

    internal TurnResult(IEndedTurn turn) => _turn = turn;

    /// <summary>Gets the identifier of the turn.</summary>
    public TurnId Turn => _turn.Id;

    /// <summary>Gets the outcome of the turn.</summary>
    public TurnOutcome Outcome => _turn.Outcome;

    /// <summary>Gets the reason why the turn did not complete.</summary>
    /// <value><see langword="null"/> if the turn completed.</value>
    public TurnException? Error => _turn.Error;

    /// <summary>Gets the report of the turn's time. It is created on first access.</summary>
    public TurnReport Report => _report ?? Interlocked.CompareExchange(ref _report, _turn.MakeReport(), null) ?? _report;

    /// <summary>Describes the result in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() => Error is null
        ? $"{Turn}: {Outcome}"
        : $"{Turn}: {Outcome}{(Error.Block is { } block ? $" at block '{block}'" : "")}";
}
