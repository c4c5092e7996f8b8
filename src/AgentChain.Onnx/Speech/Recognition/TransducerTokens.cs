using System.Globalization;
using System.Text;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>The pieces of words that a transducer's tokens stand for, from a <c>tokens.txt</c>.</summary>
internal sealed class TransducerTokens
{
    private const char WordStart = '\u2581';

    private readonly string[] _pieces;

    private TransducerTokens(string[] pieces) => _pieces = pieces;

    public int Count => _pieces.Length;

    /// <summary>Reads a file with a piece, white space and its number in each line.</summary>
    public static TransducerTokens Read(string path)
    {
        var pieces = new SortedDictionary<int, string>();
        foreach (TextLine line in TextFile.Lines(new ModelFile(path)))
        {
            string[] parts = line.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            if (parts.Length > 2 || !int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                || !pieces.TryAdd(token, parts.Length == 2 ? parts[0] : " "))
            {
                throw line.Wrong("is not a piece of a word, a space and a number that no other line has.");
            }
        }

        return pieces.Count > 0 && pieces.Keys.Last() == pieces.Count - 1
            ? new TransducerTokens([.. pieces.Values])
            : throw new OnnxModelException($"'{path}' has {pieces.Count} tokens, whose numbers do not run from 0 to {pieces.Count - 1}.");
    }

    /// <summary>
    /// Joins pieces to words. Bytes written as <c>&lt;0xNN&gt;</c> are joined to characters; other control tokens have no text.
    /// </summary>
    public string Text(IEnumerable<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (int token in tokens)
        {
            string piece = _pieces[token];
            if (piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal)
                && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte single))
            {
                bytes.Add(single);
            }
            else if (!(piece.Length > 2 && piece[0] == '<' && piece[^1] == '>'))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(piece.Replace(WordStart, ' ')));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).Trim();
    }

    /// <summary>Whether a token begins a word.</summary>
    public bool BeginsWord(int token) => _pieces[token].StartsWith(WordStart);
}
