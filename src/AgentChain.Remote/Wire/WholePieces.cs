using System.Text;

namespace AgentChain.Remote;

/// <summary>Keeps the two halves of a pair of surrogates together; a half that stays alone becomes U+FFFD.</summary>
sealed class WholePieces
{
    char? _half;

    /// <summary>Takes a piece.</summary>
    /// <returns>The text to hand on now, which can be empty.</returns>
    public string Add(string piece)
    {
        if (piece.Length == 0)
        {
            return piece;
        }

        string text = _half is { } half ? half + piece : piece;
        _half = char.IsHighSurrogate(text[^1]) ? text[^1] : null;
        return Mend(_half is null ? text : text[..^1]);
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What is left to hand on; empty if nothing is.</returns>
    public string End()
    {
        bool isCut = _half is not null;
        _half = null;
        return isCut ? "\uFFFD" : "";
    }

    static string Mend(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            // A lone half is enumerated as U+FFFD.
            if (rune == Rune.ReplacementChar)
            {
                return string.Concat(text.EnumerateRunes());
            }
        }

        return text;
    }
}
