using System.Text;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Converts English letters to phonemes with ordered context rules, for words that the lexicon lacks.</summary>
/// <remarks>The rules have the form of H. Elovitz et al., "Letter-to-sound rules for automatic translation of English text to phonetics"
/// (1976): the first rule whose letters and contexts match supplies the sounds. The word's ending or prefix selects the
/// stressed vowel.</remarks>
internal static class LetterToSound
{
    private static readonly string[] Vowels =
        ["aɪ", "aʊ", "eɪ", "oʊ", "ɔɪ", "iː", "uː", "ɑː", "ɔː", "ɜː", "æ", "ɛ", "ɪ", "ʌ", "ʊ", "ə", "ɚ", "i"];

    // The syllable before these endings carries the stress.
    private static readonly string[] StressBefore =
        ["tion", "sion", "cian", "ic", "ical", "ity", "ify", "ial", "ian", "ious", "eous", "logy", "graphy"];

    private static readonly string[] Unstressed =
        ["be", "de", "re", "pre", "ex", "en", "em", "con", "com", "un", "in", "im", "dis", "mis", "per", "pro", "sub", "sur"];

    /// <summary>Returns the phonemes of a word in lower case, with the primary stress marked before its vowel.</summary>
    public static string Convert(string word)
    {
        string letters = new([.. word.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetterLower)]);
        StringBuilder sounds = new();
        for (int at = 0; at < letters.Length;)
        {
            LetterRule? rule = LetterRules.Find(letters, at);
            sounds.Append(rule?.Sounds);
            at += rule?.Letters.Length ?? 1;
        }

        return Stress(Merge(sounds.ToString()), letters);
    }

    // A doubled consonant is one sound.
    private static string Merge(string sounds)
    {
        StringBuilder merged = new(sounds.Length);
        foreach (char sound in sounds)
        {
            if (merged.Length == 0 || merged[^1] != sound || "aeiou".Contains(sound, StringComparison.Ordinal))
            {
                merged.Append(sound);
            }
        }

        return merged.ToString();
    }

    private static string Stress(string sounds, string letters)
    {
        List<int> nuclei = [];
        for (int at = 0; at < sounds.Length;)
        {
            string? vowel = Array.Find(Vowels, v => sounds.AsSpan(at).StartsWith(v));
            if (vowel is not null)
            {
                nuclei.Add(at);
            }

            at += vowel?.Length ?? 1;
        }

        if (nuclei.Count == 0)
        {
            return sounds;
        }

        int stressed = Math.Min(Syllable(letters, nuclei.Count), nuclei.Count - 1);
        return sounds.Insert(nuclei[stressed], "ˈ");
    }

    private static int Syllable(string letters, int syllables)
    {
        if (syllables == 1)
        {
            return 0;
        }

        string? ending = Array.Find(
            StressBefore, e => letters.EndsWith(e, StringComparison.Ordinal) || letters.EndsWith(e + "s", StringComparison.Ordinal));
        if (ending is not null)
        {
            int own = ending is "ity" or "ify" or "ical" or "ial" or "ian" or "ious" or "eous" or "logy" or "graphy" ? 2 : 1;
            return Math.Max(0, syllables - 1 - own);
        }

        bool prefixed = syllables == 2 && Array.Exists(
            Unstressed, p => p.Length > 1 && letters.StartsWith(p, StringComparison.Ordinal) && letters.Length > p.Length + 2);
        return prefixed ? 1 : 0;
    }
}
