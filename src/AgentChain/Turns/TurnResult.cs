using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>How a turn ended and where its time went. Immutable.</summary>
[DebuggerDisplay("{Turn,nq}: {Outcome}")]
public sealed class TurnResult
{
    readonly IEndedTurn _turn;
    TurnReport? _report;

    internal TurnResult(IEndedTurn turn) => _turn = turn;

    /// <summary>Gets the turn.</summary>
    public TurnId Turn => _turn.Id;

    /// <summary>Gets how it ended.</summary>
    public TurnOutcome Outcome => _turn.Outcome;

    /// <summary>Gets why it did not complete.</summary>
    /// <value><see langword="null"/> when it completed.</value>
    public TurnException? Error => _turn.Error;

    /// <summary>Gets where its time went; put together when first asked for.</summary>
    public TurnReport Report => _report ?? Interlocked.CompareExchange(ref _report, _turn.MakeReport(), null) ?? _report;

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => Error is null ? $"{Turn}: {Outcome}" : $"{Turn}: {Outcome}{(Error.Block is { } block ? $" at block '{block}'" : "")}";
}
