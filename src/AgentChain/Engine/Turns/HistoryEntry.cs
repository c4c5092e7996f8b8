using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>A running or ended turn of a conversation, and the exchange that is remembered of it.</summary>
sealed class HistoryEntry<TIn, TOut>(Turn<TOut> turn, TurnCore<TOut> state, TIn input)
{
    (Turn<TOut> Turn, TurnCore<TOut> State, TIn Input)? _live = (turn, state, input);
    Exchange<TIn, TOut>? _exchange;

    /// <summary>The turn; null once the entry is frozen.</summary>
    public Turn<TOut>? Turn => _live?.Turn;

    public IBargeable? Bargeable => _live?.State;

    public bool HasEnded => _live is not { Turn.Completion.IsCompleted: false };

    /// <summary>Whether the entry is in the conversation's list of ended turns.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether the turn is remembered: it completed, or the user heard part of it.</summary>
    public bool BelongsInHistory => _live is not { State: var state } || state.Outcome == TurnOutcome.Completed || state.Told.Heard > 0;

    /// <summary>Returns the current exchange; the same object until more is heard.</summary>
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

    /// <summary>Keeps the current exchange and releases the turn.</summary>
    public void Freeze()
    {
        _exchange = Tell();
        _live = null;
    }
}
