using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits like BERT: at white space, which is dropped, and around each punctuation mark, which becomes its own piece.</summary>
sealed class BertPreTokenizer : PreTokenizer
{
    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget)
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
