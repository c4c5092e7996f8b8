using System.Globalization;
using System.Text.RegularExpressions;
using AgentChain;
using AgentChain.Onnx.Speech.Recognition;
using Microsoft.Extensions.AI;

namespace VoiceAgent.Showing;

/// <summary>Prints the progress of a turn.</summary>
sealed partial class TurnView(TextWriter output) : ITurnView
{
    const int Indent = 12;

    readonly Dictionary<string, object?> _none = [];
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

    public void Asked(string question)
    {
        string hidden = string.Join(", ", Placeholder().Matches(question).Select(m => m.Groups["kind"].Value).Distinct());
        Line("redacted", $"{question}  ({(hidden.Length > 0 ? "hidden: " + hidden : "nothing to hide")})");
    }

    public void Agent(string name) => Line("agent", name);

    public void Call(FunctionCallContent call) =>
        Line("calls", $"{call.Name} {string.Join(", ", (call.Arguments ?? _none).Select(one => $"{one.Key}: {one.Value}"))}".TrimEnd());

    public void Result(FunctionResultContent result) => Line("result", $"{result.Result}".ReplaceLineEndings(", "));

    public void Token(string text)
    {
        output.Write(_answers ? text : "  " + "answer".PadRight(Indent) + text);
        _answers = true;
    }

    /// <summary>Ends the answer's line and prints the spoken sentences, once the turn has ended.</summary>
    public void Complete(IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
        {
            Line("spoken", sentence);
        }
    }

    void Line(string label, string text)
    {
        if (_answers)
        {
            output.WriteLine();
            _answers = false;
        }

        output.WriteLine("  " + label.PadRight(Indent) + text);
    }

    [GeneratedRegex(@"\[(?<kind>[a-z]+)_\d+\]")]
    private static partial Regex Placeholder();
}
