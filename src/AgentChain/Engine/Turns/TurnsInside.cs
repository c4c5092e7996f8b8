namespace AgentChain.Engine.Turns;

/// <summary>The turns in a chain, as a list that the turns themselves link. Thread-safe.</summary>
sealed class TurnsInside
{
    readonly Lock _lock = new();
    TurnCore? _latest;

    public void Add(TurnCore turn)
    {
        lock (_lock)
        {
            turn.NextInside = _latest;
            _latest?.PreviousInside = turn;
            _latest = turn;
        }
    }

    public void Remove(TurnCore turn)
    {
        lock (_lock)
        {
            if (turn.PreviousInside is { } previous)
            {
                previous.NextInside = turn.NextInside;
            }
            else if (ReferenceEquals(_latest, turn))
            {
                _latest = turn.NextInside;
            }

            turn.NextInside?.PreviousInside = turn.PreviousInside;
            turn.NextInside = turn.PreviousInside = null;
        }
    }

    /// <summary>Returns the turns, latest first.</summary>
    public IReadOnlyList<TurnCore> All()
    {
        List<TurnCore> all = [];
        lock (_lock)
        {
            for (TurnCore? turn = _latest; turn is not null; turn = turn.NextInside)
            {
                all.Add(turn);
            }
        }

        return all;
    }

    /// <summary>Returns, for error messages, which blocks run for which turns; names and numbers only.</summary>
    public IEnumerable<string> Work(string chain)
    {
        foreach (TurnCore turn in All())
        {
            string[] blocks = [.. turn.Working().Select(name => $"'{name}'").Distinct()];
            string unread = turn.IsUnread ? " (its output is full and is not read)" : "";
            yield return blocks.Length == 0
                ? $"{turn.Id} of chain '{chain}'{(unread.Length > 0 ? unread : " (none of its blocks runs)")}"
                : $"block {string.Join(", ", blocks)} of {turn.Id} of chain '{chain}'{unread}";
        }
    }
}
