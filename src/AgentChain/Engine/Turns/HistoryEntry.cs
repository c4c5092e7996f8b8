using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>A conversation's turn, running or ended, and what is to be remembered of it.</summary>
sealed class HistoryEntry<TIn, TOut>(Turn<TOut> turn, TurnCore<TOut> state, TIn input)
{
    (Turn<TOut> Turn, TurnCore<TOut> State, TIn Input)? _live = (turn, state, input);
    Exchange<TIn, TOut>? _exchange;

    /// <summary>The turn; null once nothing more of it is waited for.</summary>
    public Turn<TOut>? Turn => _live?.Turn;

    public IBargeable? Bargeable => _live?.State;

    public bool HasEnded => _live is not { Turn.Completion.IsCompleted: false };

    /// <summary>Whether it is in the conversation's list of those that have ended.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether there is anything to remember: it completed, or was heard in part.</summary>
    public bool BelongsInHistory => _live is not { State: var state } || state.Outcome == TurnOutcome.Completed || state.Told.Heard > 0;

    /// <summary>The exchange as of now; the same object while nothing more was heard.</summary>
    public Exchange<TIn, TOut> Tell()
    {
        if (_live is not { State: var state })
        {
            return _exchange!;
        }

        (int given, int heard) = state.Told;
        if (_exchange is null || _exchange.Heard.Count != heard)
        {
            bool completed = state.Outcome == TurnOutcome.Completed;
            _exchange = new(state.Id, state.Outcome, _live.Value.Input, state.First(completed ? int.MaxValue : given), state.First(heard));
        }

        return _exchange;
    }

    /// <summary>Keeps the exchange as it is, and nothing else of the turn.</summary>
    public void Freeze()
    {
        _exchange = Tell();
        _live = null;
    }
}
