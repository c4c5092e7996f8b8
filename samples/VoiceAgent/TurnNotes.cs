using System.Text;
using AgentChain;
using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Speech.Recognition;
using Microsoft.Extensions.AI;

namespace VoiceAgent;

/// <summary>
/// The texts of a turn: for the next turn, the summary and a view. Thread-safe, because blocks on several threads call it.
/// </summary>
/// <param name="view">The view that is shown the turn, or <see langword="null"/> for none.</param>
sealed class TurnNotes(ITurnView? view = null)
{
    readonly Lock _lock = new();
    readonly StringBuilder _answer = new();
    readonly List<string> _sentences = [];

    /// <summary>The recognized words.</summary>
    public string Words { get; private set; } = "";

    /// <summary>The agent that wrote last.</summary>
    public string Agent { get; private set; } = "";

    /// <summary>The values of the placeholders.</summary>
    public RedactionMap Placeholders { get; private set; } = RedactionMap.Empty;

    /// <summary>The language model's answer, with placeholders.</summary>
    public string Answer => _answer.ToString();

    /// <summary>The spoken sentences: real values, numbers as words.</summary>
    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>The spoken text.</summary>
    public string Spoken => string.Join(' ', _sentences);

    public void Hypothesis(Hypothesis<Transcript> heard)
    {
        lock (_lock)
        {
            Words = heard.Value.Words;
            view?.Hypothesis(heard);
        }
    }

    public void Asked(string question, RedactionMap placeholders)
    {
        lock (_lock)
        {
            Placeholders = placeholders;
            view?.Asked(question);
        }
    }

    /// <summary>Notes what an agent does: its name, its calls, and their results.</summary>
    public void Update(ChatResponseUpdate update)
    {
        lock (_lock)
        {
            if (update.AuthorName is { } agent && agent != Agent)
            {
                Agent = agent;
                view?.Agent(agent);
            }

            foreach (AIContent content in update.Contents)
            {
                switch (content)
                {
                    case FunctionCallContent call:
                        view?.Call(call);
                        break;
                    case FunctionResultContent result:
                        view?.Result(result);
                        break;
                }
            }
        }
    }

    public void Token(string text)
    {
        lock (_lock)
        {
            _answer.Append(text);
            view?.Token(text);
        }
    }

    public void Sentence(string spoken)
    {
        lock (_lock)
        {
            _sentences.Add(spoken);
        }
    }
}
