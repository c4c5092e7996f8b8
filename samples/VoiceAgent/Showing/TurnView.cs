using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Showing;

/// <summary>Prints the progress of a turn, and keeps its texts. Thread-safe, because blocks on several threads call it.</summary>
sealed partial class TurnView(TextWriter output)
{
    const int Indent = 12;

    readonly Lock _lock = new();
    readonly StringBuilder _answer = new();
    readonly List<string> _sentences = [];
    string _shown = "";

    /// <summary>The recognized words.</summary>
    public string Words { get; private set; } = "";

    /// <summary>The question as the language model sees it.</summary>
    public string Question { get; private set; } = "";

    public string Agent { get; private set; } = "";

    /// <summary>The values of the placeholders.</summary>
    public RedactionMap Placeholders { get; private set; } = RedactionMap.Empty;

    /// <summary>The language model's answer, with placeholders.</summary>
    public string Answer => _answer.ToString();

    /// <summary>The spoken text: real values, numbers as words.</summary>
    public string Spoken => string.Join(' ', _sentences);

    public void Hypothesis(Hypothesis<Transcript> heard)
    {
        lock (_lock)
        {
            Words = heard.Value.Words;
            if (heard.IsFinal || Words != _shown)
            {
                Line(heard.IsFinal ? "heard" : "...", heard.IsFinal ? Words : string.Create(CultureInfo.InvariantCulture, $"{Words}  ({heard.Probability:P0} final)"));
                _shown = Words;
            }
        }
    }

    public void Found(Found found, RedactionMap placeholders)
    {
        lock (_lock)
        {
            (Question, Agent, Placeholders) = (found.Question, found.Agent, placeholders);
            string hidden = string.Join(", ", Placeholder().Matches(Question).Select(m => m.Groups["kind"].Value).Distinct());
            Line("redacted", hidden.Length > 0 ? $"{Question}  (hidden: {hidden})" : $"{Question}  (nothing to hide)");
            Line("retrieved", string.Join(", ", found.Documents.Hits.Take(3).Select(h => string.Create(CultureInfo.InvariantCulture, $"{h.Document.Id} {h.Score:0.00}"))));
            Line("agent", Agent);
        }
    }

    public void Token(string text)
    {
        lock (_lock)
        {
            output.Write(_answer.Length == 0 ? "  " + "answer".PadRight(Indent) + text : text);
            _answer.Append(text);
        }
    }

    public void Sentence(string spoken)
    {
        lock (_lock)
        {
            _sentences.Add(spoken);
        }
    }

    /// <summary>Ends the answer's line and prints the spoken sentences.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_answer.Length > 0)
            {
                output.WriteLine();
            }

            foreach (string sentence in _sentences)
            {
                Line("spoken", sentence);
            }
        }
    }

    void Line(string label, string text) => output.WriteLine("  " + label.PadRight(Indent) + text);

    [GeneratedRegex(@"\[(?<kind>[a-z]+)_\d+\]")]
    private static partial Regex Placeholder();
}
