using System.Globalization;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Reads the word lists of a recognizer's folder.</summary>
internal static class RecognizerFiles
{
    /// <summary>Reads a lexicon with one word per line.</summary>
    public static CtcLexicon ReadLexicon(string path, CtcLabels labels)
    {
        try
        {
            return new CtcLexicon(File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0), labels);
        }
        catch (ArgumentException error)
        {
            throw new OnnxModelException($"'{Path.GetFileName(path)}' does not match the recognizer: {error.Message}", error);
        }
    }

    /// <summary>Reads bigrams with one "previous TAB word TAB count" per line.</summary>
    public static WordBigrams ReadBigrams(string path, CtcLexicon lexicon, BigramWeights weights)
    {
        List<(string Previous, string Word, long Count)> pairs = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] fields = line.Split('\t');
            if (fields.Length == 3 && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                pairs.Add((fields[0], fields[1], count));
            }
            else if (line.Length > 0)
            {
                throw new OnnxModelException($"'{Path.GetFileName(path)}' line {number} is not 'previous word, tab, word, tab, count'.");
            }
        }

        return new WordBigrams(pairs, lexicon, weights);
    }
}
