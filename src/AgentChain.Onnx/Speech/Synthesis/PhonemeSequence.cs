using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Converts phonemes to the IDs that a Piper voice takes.</summary>
internal static class PhonemeSequence
{
    // Replacements for symbols that a voice lacks: American and British lexica write the same sounds differently.
    private static readonly FrozenDictionary<string, string> Substitutes = new Dictionary<string, string>
    {
        ["ɚ"] = "əɹ", ["ɝ"] = "ɜːɹ", ["ɜ"] = "ə", ["ɐ"] = "ə", ["ᵻ"] = "ɪ", ["ɾ"] = "t",
        ["ɫ"] = "l", ["ɡ"] = "g", ["g"] = "ɡ", ["ɹ"] = "r", ["r"] = "ɹ",
        ["ɑ"] = "a", ["ɒ"] = "ɑ", ["ʔ"] = "t", [";"] = ",", [":"] = ",", ["!"] = ".", ["?"] = ".",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns "^", each phoneme followed by the pad "_", and "$"; empty if no phoneme has an ID. A phoneme without an ID, its own
    /// or a substitute's, is skipped.</summary>
    public static long[] ToIds(string phonemes, FrozenDictionary<string, long[]> map, bool padAfterStart)
    {
        List<long> ids = [.. map["^"]];
        if (padAfterStart)
        {
            ids.AddRange(map["_"]);
        }

        int spoken = 0;
        foreach (Rune rune in Decompose(phonemes).EnumerateRunes())
        {
            spoken += Add(ids, rune.ToString(), map, 0);
        }

        ids.AddRange(map["$"]);
        return spoken > 0 ? [.. ids] : [];
    }

    // .NET does not normalize half a surrogate pair or U+FFFE. No voice speaks them.
    private static string Decompose(string phonemes) =>
        string.Concat(phonemes.EnumerateRunes().Where(rune => rune.Value != 0xFFFE)).Normalize(NormalizationForm.FormD);

    private static int Add(List<long> ids, string phoneme, FrozenDictionary<string, long[]> map, int depth)
    {
        if (map.TryGetValue(phoneme, out long[]? own))
        {
            ids.AddRange(own);
            ids.AddRange(map["_"]);
            return 1;
        }

        int added = 0;
        if (depth == 0 && Substitutes.TryGetValue(phoneme, out string? substitute))
        {
            foreach (Rune rune in substitute.EnumerateRunes())
            {
                added += Add(ids, rune.ToString(), map, 1);
            }
        }

        return added;
    }
}
