using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Cuts a piece of text into smaller ones, which the model then encodes each by itself. May rewrite them. Stateless.</summary>
abstract class PreTokenizer
{
    /// <summary>Appends the pieces in order; what none of them has is dropped.</summary>
    public abstract void Split(in TextPiece piece, List<TextPiece> pieces);
}

/// <summary>Passes everything on in one piece.</summary>
sealed class WholePreTokenizer : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces) => pieces.Add(piece);
}

/// <summary>One after the other, each within the pieces of the last.</summary>
sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> parts) : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces)
    {
        List<TextPiece> current = [piece];
        foreach (PreTokenizer part in parts)
        {
            var next = new List<TextPiece>();
            foreach (TextPiece each in current)
            {
                part.Split(each, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}

/// <summary>
/// Sentencepiece's: writes spaces as a visible character, with one before the text, and cuts before each of them, which stays with
/// what follows.
/// </summary>
sealed class MetaspacePreTokenizer(string replacement, string prependScheme, bool splits) : PreTokenizer
{
    readonly SplitPreTokenizer _split = new(new StringMatcher(replacement), SplitBehavior.MergedWithNext);

    public override void Split(in TextPiece piece, List<TextPiece> pieces)
    {
        string text = piece.Span.ToString().Replace(" ", replacement, StringComparison.Ordinal);
        bool prepends = prependScheme == "always" || (prependScheme == "first" && piece.First);
        var written = new TextPiece(prepends && !text.StartsWith(replacement, StringComparison.Ordinal) ? replacement + text : text, piece.First);
        if (splits)
        {
            _split.Split(written, pieces);
        }
        else
        {
            pieces.Add(written);
        }
    }
}

/// <summary>BERT's: at white space, which goes, and around each punctuation mark, which stays by itself.</summary>
sealed class BertPreTokenizer : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces)
    {
        ReadOnlySpan<char> text = piece.Span;
        pieces.EnsureCapacity(pieces.Count + (text.Length / 4));
        int start = 0;
        for (int i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int length);
            bool space = Rune.IsWhiteSpace(rune);
            if (space || UnicodeText.IsPunctuation(rune))
            {
                Add(piece, start, i, pieces);
                Add(piece, i, space ? i : i + length, pieces);
                start = i + length;
            }

            i += length;
        }

        Add(piece, start, text.Length, pieces);
    }

    static void Add(in TextPiece piece, int start, int end, List<TextPiece> pieces)
    {
        if (end > start)
        {
            pieces.Add(piece.Slice(start, end));
        }
    }
}
