using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>How a turn ended and where its time went.</summary>
[DebuggerDisplay("{Turn,nq}: {Outcome}")]
public sealed class TurnResult
{
    readonly Func<TurnReport> _makeReport;
    TurnReport? _report;

    internal TurnResult(TurnId turn, TurnOutcome outcome, TurnException? error, Func<TurnReport> makeReport) =>
        (Turn, Outcome, Error, _makeReport) = (turn, outcome, error, makeReport);

    /// <summary>Gets the turn.</summary>
    public TurnId Turn { get; }

    /// <summary>Gets how it ended.</summary>
    public TurnOutcome Outcome { get; }

    /// <summary>Gets why it did not complete.</summary>
    /// <value><see langword="null"/> when it completed.</value>
    public TurnException? Error { get; }

    /// <summary>Gets where its time went; put together when first asked for.</summary>
    public TurnReport Report => _report ?? Interlocked.CompareExchange(ref _report, _makeReport(), null) ?? _report;
}
