using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Replaces each match with a string.</summary>
sealed class ReplaceNormalizer(TextMatcher pattern, string content) : Normalizer
{
    public override string Normalize(string text, TextBudget budget)
    {
        var matches = new List<TextRange>();
        pattern.Find(text, matches, budget);
        if (matches.Count == 0)
        {
            return text;
        }

        budget.RequireLength(text.Length + ((long)matches.Count * content.Length));
        var replaced = new StringBuilder(text.Length);
        int done = 0;
        foreach (TextRange match in matches)
        {
            replaced.Append(text, done, match.Start - done).Append(content);
            done = match.End;
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }
}
