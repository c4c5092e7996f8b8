namespace VoiceAgent.Showing;

/// <summary>Compares a transcript with the spoken words.</summary>
static class WordErrors
{
    /// <summary>Returns the minimum number of words to replace, insert and delete (Levenshtein), and the number of spoken words.</summary>
    public static (int Errors, int Words) Count(string said, string heard)
    {
        string[] wanted = Words(said), got = Words(heard);
        int[] row = [.. Enumerable.Range(0, got.Length + 1)];
        for (int i = 1; i <= wanted.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= got.Length; j++)
            {
                int replaced = diagonal + (wanted[i - 1] == got[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return (row[got.Length], wanted.Length);
    }

    /// <summary>Returns the words in lower case without punctuation, as the recognizer writes them.</summary>
    public static string[] Words(string text) =>
        [.. new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
