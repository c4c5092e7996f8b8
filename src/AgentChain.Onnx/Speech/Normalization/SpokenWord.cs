namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>A word and the punctuation after it.</summary>
/// <param name="Core">The word.</param>
/// <param name="Tail">The punctuation after it.</param>
/// <param name="IsJoined">Whether a hyphen joins it to the word before, as in "twenty-one".</param>
internal readonly record struct SpokenWord(string Core, string Tail, bool IsJoined = false)
{
    public string Lower { get; } = Core.ToLowerInvariant();

    /// <summary>Whether punctuation follows. A number never continues across it.</summary>
    public bool Ends => Tail.Length > 0;

    public string Text => Core + Tail;

    public static SpokenWord[] Split(string text)
    {
        List<SpokenWord> words = [];
        foreach (string part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            int end = part.Length;
            while (end > 0 && part[end - 1] is '.' or ',' or '?' or '!' or ';' or ':' or ')' or '"')
            {
                end--;
            }

            Add(words, part[..end], part[end..]);
        }

        return [.. words];
    }

    /// <summary>Whether a position holds the given word in lower case.</summary>
    public static bool Is(SpokenWord[] words, int at, string word) => at >= 0 && at < words.Length && words[at].Lower == word;

    /// <summary>Whether a position holds one of the given words in lower case.</summary>
    public static bool IsAny(SpokenWord[] words, int at, params ReadOnlySpan<string> any) =>
        at >= 0 && at < words.Length && any.Contains(words[at].Lower);

    /// <summary>Whether the word at a position belongs to the one before: it exists, and no punctuation is between them.</summary>
    public static bool Follows(SpokenWord[] words, int at) => at > 0 && at < words.Length && !words[at - 1].Ends;

    // Only words that can be parts of a number are separated at their hyphens; all other words stay whole.
    private static void Add(List<SpokenWord> words, string core, string tail)
    {
        string[] parts = core.Contains('-', StringComparison.Ordinal) ? core.Split('-') : [];
        if (parts.Length < 2 || !Array.TrueForAll(parts, part => NumberWords.IsPart(part.ToLowerInvariant())))
        {
            words.Add(new SpokenWord(core, tail));
            return;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            words.Add(new SpokenWord(parts[i], i == parts.Length - 1 ? tail : "", i > 0));
        }
    }
}
