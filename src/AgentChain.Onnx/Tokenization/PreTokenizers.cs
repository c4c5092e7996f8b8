using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Cuts a piece of text into smaller ones, which the model then encodes each by itself. Stateless.</summary>
abstract class PreTokenizer
{
    /// <summary>Appends the ranges of the pieces, in order; what no range covers is dropped.</summary>
    public abstract void Split(string text, TextRange within, List<TextRange> pieces);
}

/// <summary>A half-open range of characters.</summary>
readonly record struct TextRange(int Start, int End);

/// <summary>Passes everything on in one piece.</summary>
sealed class WholePreTokenizer : PreTokenizer
{
    public override void Split(string text, TextRange within, List<TextRange> pieces) => pieces.Add(within);
}

/// <summary>One after the other, each within the pieces of the last.</summary>
sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> parts) : PreTokenizer
{
    public override void Split(string text, TextRange within, List<TextRange> pieces)
    {
        List<TextRange> current = [within];
        foreach (PreTokenizer part in parts)
        {
            var next = new List<TextRange>();
            foreach (TextRange piece in current)
            {
                part.Split(text, piece, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}

/// <summary>Cuts before each occurrence of a character, which stays with what follows.</summary>
sealed class MetaspacePreTokenizer(char mark) : PreTokenizer
{
    public override void Split(string text, TextRange within, List<TextRange> pieces)
    {
        int start = within.Start;
        for (int i = within.Start + 1; i <= within.End; i++)
        {
            if (i == within.End || text[i] == mark)
            {
                pieces.Add(new(start, i));
                start = i;
            }
        }
    }
}

/// <summary>BERT's: at white space, which goes, and around each punctuation mark, which stays by itself.</summary>
sealed class BertPreTokenizer : PreTokenizer
{
    public override void Split(string text, TextRange within, List<TextRange> pieces)
    {
        int start = within.Start;
        for (int i = within.Start; i < within.End;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i, within.End - i), out Rune rune, out int length);
            bool space = Rune.IsWhiteSpace(rune);
            if (space || IsPunctuation(rune))
            {
                Add(pieces, start, i);
                if (!space)
                {
                    pieces.Add(new(i, i + length));
                }

                start = i + length;
            }

            i += length;
        }

        Add(pieces, start, within.End);
    }

    static void Add(List<TextRange> pieces, int start, int end)
    {
        if (end > start)
        {
            pieces.Add(new(start, end));
        }
    }

    // All ASCII symbols count as punctuation, whatever Unicode calls them.
    static bool IsPunctuation(Rune rune) => rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;
}
