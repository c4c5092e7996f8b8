namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>A letter-to-sound rule: the phonemes of some letters in a context.</summary>
/// <param name="Before">The context before the letters, matched from right to left.</param>
/// <param name="Letters">The letters.</param>
/// <param name="After">The context after the letters.</param>
/// <param name="Sounds">The phonemes of the letters.</param>
/// <remarks>In a context a letter matches itself. Symbols: _ the edge of the word, # one or more vowels, : any number of consonants, ^ one
/// consonant, + one of e, i, y, % one of the endings e, es, ed, er, ers, ing, ings, ely, ly, less, ment.</remarks>
internal sealed record LetterRule(string Before, string Letters, string After, string Sounds)
{
    private static readonly string[] Endings = ["e", "es", "ed", "er", "ers", "ing", "ings", "ely", "ly", "less", "ment"];

    private const int LongestEnding = 4;

    // Longer runs are no words; without a limit, the time for a run grew with its square.
    private const int LongestRun = 8;

    public bool Matches(string word, int at) =>
        word.AsSpan(at).StartsWith(Letters) && MatchesAfter(word, at + Letters.Length) && MatchesBefore(word, at - 1);

    private bool MatchesAfter(string word, int at)
    {
        foreach (char symbol in After)
        {
            if (symbol == '%')
            {
                return word.Length - at is > 0 and <= LongestEnding && Endings.Contains(word[at..]);
            }

            if (!Step(word, symbol, ref at, 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchesBefore(string word, int at)
    {
        for (int i = Before.Length - 1; i >= 0; i--)
        {
            if (!Step(word, Before[i], ref at, -1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Step(string word, char symbol, ref int at, int direction)
    {
        bool inside = at >= 0 && at < word.Length;
        char letter = inside ? word[at] : '_';
        switch (symbol)
        {
            case '_':
                return !inside;
            case '#':
                int first = at;
                at = Skip(word, at, direction, vowels: true);
                return at != first;
            case ':':
                at = Skip(word, at, direction, vowels: false);
                return true;
            case '^':
                at += direction;
                return inside && !IsVowel(letter);
            case '+':
                at += direction;
                return letter is 'e' or 'i' or 'y';
            default:
                at += direction;
                return letter == symbol;
        }
    }

    private static int Skip(string word, int at, int direction, bool vowels)
    {
        for (int i = 0; i < LongestRun && at >= 0 && at < word.Length && IsVowel(word[at]) == vowels; i++)
        {
            at += direction;
        }

        return at;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
