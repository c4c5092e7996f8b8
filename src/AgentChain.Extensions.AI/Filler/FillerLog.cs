using System.Collections.Concurrent;

namespace AgentChain.Extensions.AI;

/// <summary>The fillers that one run said, which are not in its memory but may be in a report of its heard text. Thread-safe.</summary>
sealed class FillerLog
{
    readonly ConcurrentQueue<string> _said = new();

    public void Add(string phrase) => _said.Enqueue(phrase.Trim());

    /// <summary>Removes the fillers from a text that was heard. One that was cut off ends the text.</summary>
    public string RemoveFrom(string heard)
    {
        int from = 0;
        foreach (string phrase in _said.Where(phrase => phrase.Length > 0))
        {
            int at = heard.IndexOf(phrase, from, StringComparison.Ordinal);
            if (at >= 0)
            {
                heard = heard.Remove(at, phrase.Length);
                from = at;
            }
            else if (BeginningAtTheEnd(heard, from, phrase) is { } cut)
            {
                return heard[..cut];
            }
        }

        return heard;
    }

    /// <summary>Returns the place at which a text ends with the beginning of a phrase; null if it does not.</summary>
    static int? BeginningAtTheEnd(string heard, int from, string phrase)
    {
        for (int at = Math.Max(from, heard.Length - phrase.Length); at < heard.Length; at++)
        {
            if ((at == 0 || char.IsWhiteSpace(heard[at - 1]))
                && phrase.AsSpan().StartsWith(heard.AsSpan(at).TrimEnd(), StringComparison.Ordinal)
                && !char.IsWhiteSpace(heard[at]))
            {
                return at;
            }
        }

        return null;
    }
}
