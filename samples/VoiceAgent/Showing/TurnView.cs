using System.Globalization;
using System.Text.RegularExpressions;
using AgentChain;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Showing;

/// <summary>Prints the progress of a turn.</summary>
sealed partial class TurnView(TextWriter output) : ITurnView
{
    const int Indent = 12;

    string _shown = "";
    bool _answers;

    public void Hypothesis(Hypothesis<Transcript> heard)
    {
        string words = heard.Value.Words;
        if (heard.IsFinal || words != _shown)
        {
            Line(
                heard.IsFinal ? "heard" : "...",
                heard.IsFinal ? words : string.Create(CultureInfo.InvariantCulture, $"{words}  ({heard.Probability:P0} final)"));
            _shown = words;
        }
    }

    public void Found(Found found)
    {
        string hidden = string.Join(", ", Placeholder().Matches(found.Question).Select(m => m.Groups["kind"].Value).Distinct());
        Line("redacted", $"{found.Question}  ({(hidden.Length > 0 ? "hidden: " + hidden : "nothing to hide")})");
        Line("retrieved", string.Join(", ", found.Documents.Hits.Take(3).Select(h => string.Create(CultureInfo.InvariantCulture, $"{h.Document.Id} {h.Score:0.00}"))));
        Line("agent", found.Agent);
    }

    public void Token(string text)
    {
        output.Write(_answers ? text : "  " + "answer".PadRight(Indent) + text);
        _answers = true;
    }

    /// <summary>Ends the answer's line and prints the spoken sentences, once the turn has ended.</summary>
    public void Complete(IEnumerable<string> sentences)
    {
        if (_answers)
        {
            output.WriteLine();
        }

        foreach (string sentence in sentences)
        {
            Line("spoken", sentence);
        }
    }

    void Line(string label, string text) => output.WriteLine("  " + label.PadRight(Indent) + text);

    [GeneratedRegex(@"\[(?<kind>[a-z]+)_\d+\]")]
    private static partial Regex Placeholder();
}
