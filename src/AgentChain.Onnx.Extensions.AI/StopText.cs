namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Finds the first stop sequence in text that comes in pieces. Holds back what could still become one.
/// </summary>
sealed class StopText(IReadOnlyList<string> stops)
{
    string _held = "";

    /// <summary>Whether a stop sequence was found; nothing may be added after it.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Adds a piece.</summary>
    /// <returns>The text that is safe to pass on; empty if there is none.</returns>
    public string Add(string piece)
    {
        if (stops.Count == 0)
        {
            return piece;
        }

        _held += piece;
        int stop = stops.Select(text => _held.IndexOf(text, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        IsFound = stop >= 0;
        int safe = IsFound ? stop : _held.Length - Growing();
        string ready = _held[..safe];
        _held = IsFound ? "" : _held[safe..];
        return ready;
    }

    /// <summary>Returns the text that was held back, at the end of the answer.</summary>
    public string Rest() => _held;

    /// <summary>Returns the length of the longest end of the text that is the beginning of a stop sequence.</summary>
    int Growing()
    {
        int longest = Math.Min(_held.Length, stops.Max(text => text.Length) - 1);
        for (int length = longest; length > 0; length--)
        {
            string end = _held[^length..];
            if (stops.Any(text => text.Length > length && text.StartsWith(end, StringComparison.Ordinal)))
            {
                return length;
            }
        }

        return 0;
    }
}
