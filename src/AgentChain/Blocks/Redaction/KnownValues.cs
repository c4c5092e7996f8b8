namespace AgentChain.Blocks.Redaction;

/// <summary>Finds the values that a map already contains, wherever they occur as whole words or numbers.</summary>
static class KnownValues
{
    public static void Find(TokenizedText text, RedactionMap map, Findings found)
    {
        if (map.Count == 0)
        {
            return;
        }

        var sequences = new KnownSequences();
        var numbers = new KnownNumbers();
        foreach ((PersonalDataKind kind, string canonical) in map.Known)
        {
            if (RedactionMap.IsNumber(kind) || RedactionMap.IsIdentifier(kind))
            {
                numbers.Add(kind, canonical);
            }
            else if (kind != PersonalDataKind.Name || IsDistinctive(canonical))
            {
                sequences.Add(kind, canonical);
            }
        }

        sequences.Find(text, found);
        numbers.Find(text, found);
    }

    /// <summary>
    /// Whether a name can be told from ordinary words. A caller named Will must not turn every "will" into a placeholder, and what was
    /// taken for a name by mistake must not spread.
    /// </summary>
    static bool IsDistinctive(string canonical)
    {
        string[] words = canonical.Split(' ');
        return words.Length > 1 && CommonWords.BeginsOnly(words[0]) || words.Any(w => !CommonWords.IsOrdinary(w));
    }
}
