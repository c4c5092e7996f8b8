using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Splits like SentencePiece: writes spaces as a visible character, prepends one to the text, and splits before each of them, so that it
/// stays with the text that follows.
/// </summary>
sealed class MetaspacePreTokenizer(string replacement, string prependScheme, bool splits) : PreTokenizer
{
    readonly SplitPreTokenizer _split = new(new StringMatcher(replacement), SplitBehavior.MergedWithNext);

    public override void Split(in TextPiece piece, List<TextPiece> pieces, TextBudget budget)
    {
        string text = piece.Span.ToString().Replace(" ", replacement, StringComparison.Ordinal);
        bool prepends = prependScheme == "always" || (prependScheme == "first" && piece.First);
        var written = new TextPiece(
            prepends && !text.StartsWith(replacement, StringComparison.Ordinal) ? replacement + text : text, piece.First);
        if (splits)
        {
            _split.Split(written, pieces, budget);
        }
        else
        {
            pieces.Add(written);
        }
    }
}
