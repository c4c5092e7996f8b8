using System.Globalization;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Reads the word lists of a recognizer's folder.</summary>
internal static class RecognizerFiles
{
    // A tree node per letter takes up to 60 bytes.
    private const int LexiconLimit = 8 << 20;

    // Their sum stays exact.
    private const long MostOccurrences = 1_000_000_000_000, MostTogether = 1_000_000_000_000_000_000;

    /// <summary>Reads a lexicon with one word per line.</summary>
    public static CtcLexicon ReadLexicon(ModelFile file, CtcLabels labels)
    {
        try
        {
            return new CtcLexicon(Words(file, labels), labels);
        }
        catch (ArgumentException error)
        {
            throw file.Error(null, $"does not match the recognizer: {error.Message}", error);
        }
    }

    /// <summary>Reads bigrams with one "previous TAB word TAB count" per line.</summary>
    public static WordBigrams ReadBigrams(ModelFile file, CtcLexicon lexicon, BigramWeights weights)
    {
        List<(string Previous, string Word, long Count)> pairs = [];
        long total = 0;
        foreach (TextLine line in TextFile.Lines(file))
        {
            string[] fields = line.Text.Split('\t');
            if (line.Text.Length == 0)
            {
                continue;
            }

            if (fields.Length != 3
                || !long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > MostOccurrences)
            {
                throw line.Wrong(FormattableString.Invariant($"is not 'previous word, tab, word, tab, count' with a count of at most {MostOccurrences:N0}."));
            }

            total += count;
            if (total > MostTogether)
            {
                throw line.Wrong(FormattableString.Invariant($"brings the sum of the counts above {MostTogether:N0}."));
            }

            pairs.Add((fields[0], fields[1], count));
        }

        return new WordBigrams(pairs, lexicon, weights);
    }

    private static IEnumerable<string> Words(ModelFile file, CtcLabels labels)
    {
        foreach (TextLine line in TextFile.Lines(file, LexiconLimit))
        {
            string word = line.Text.Trim();
            foreach (char letter in word)
            {
                if (letter == ' ' || labels.IndexOf(letter) < 0)
                {
                    throw line.Wrong($"has a word with {ModelFile.Quote(letter.ToString())}, for which the recognizer has no label.");
                }
            }

            if (word.Length > 0)
            {
                yield return word;
            }
        }
    }
}
