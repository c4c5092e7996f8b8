namespace AgentChain.Onnx.Tokenization;

/// <summary>Splits like GPT-2: prepends a space to the text and splits it into words.</summary>
/// <param name="prefixSpace">Whether to prepend a space to a piece that does not begin with one.</param>
/// <param name="splits">Whether to split by GPT-2's pattern.</param>
/// <param name="spells">
/// Whether to write each byte as its character of the <see cref="ByteAlphabet"/>, for a pre-tokenizer that follows. Otherwise the model
/// does, which is faster.
/// </param>
sealed class ByteLevelPreTokenizer(bool prefixSpace, bool splits, bool spells) : PreTokenizer
{
    static readonly SplitPreTokenizer Words = new(new RegexMatcher(SplitPreTokenizer.Gpt2));

    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget)
    {
        TextPiece text = prefixSpace && !piece.Span.StartsWith(' ') ? new TextPiece(" " + piece.Span.ToString(), piece.First) : piece;
        int from = pieces.Count;
        if (splits)
        {
            Words.Split(text, pieces, budget);
        }
        else
        {
            pieces.Add(text);
        }

        for (int i = from; spells && i < pieces.Count; i++)
        {
            pieces[i] = new TextPiece(ByteAlphabet.Spell(pieces[i].Span), pieces[i].First);
        }
    }
}
