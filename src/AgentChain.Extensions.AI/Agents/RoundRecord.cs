using System.Text;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// One request of a turn: what the model said, in order, and its calls. Guarded by the lock of its <see cref="TurnRecord"/>.
/// </summary>
sealed class RoundRecord
{
    readonly List<object> _parts = [];
    readonly List<CallRecord> _calls = [];

    public IReadOnlyList<CallRecord> Calls => _calls;

    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Returns the call of an id, if the round has one.</summary>
    public FunctionCallContent? Call(string id) => _calls.Find(one => one.Content.CallId == id)?.Content;

    /// <summary>Whether the round has a call of this id that is for information only.</summary>
    public bool HasForeignCall(string id) =>
        Call(id) is null && _parts.Exists(part => part is FunctionCallContent call && call.CallId == id);

    /// <summary>Returns an id that no call of the round has.</summary>
    /// <param name="round">The number of the round.</param>
    public string NewId(int round)
    {
        for (int number = _calls.Count + 1; ; number++)
        {
            string id = $"call-{round}-{number}";
            if (Call(id) is null)
            {
                return id;
            }
        }
    }

    public void Add(AIContent content)
    {
        if (content is TextContent { Annotations: null or { Count: 0 }, AdditionalProperties: null } text
            && text.GetType() == typeof(TextContent))
        {
            if (_parts is [.., StringBuilder before])
            {
                before.Append(text.Text);
            }
            else if (text.Text.Length > 0)
            {
                _parts.Add(new StringBuilder(text.Text));
            }
        }
        else
        {
            _parts.Add(content);
        }
    }

    public void Add(CallRecord call)
    {
        _calls.Add(call);
        _parts.Add(call);
    }

    /// <summary>
    /// Appends the messages of the round. A call without an answer is shown as cancelled; one that the model's side should have answered
    /// itself is left out.
    /// </summary>
    /// <param name="messages">The list to append to.</param>
    /// <param name="heard">Cuts the text to what was heard of it.</param>
    public void Render(List<ChatMessage> messages, HeardText heard)
    {
        List<AIContent> said = [];
        foreach (object part in _parts)
        {
            AIContent? content = part switch
            {
                StringBuilder text => heard.Take(text.ToString()) is { Length: > 0 } left ? new TextContent(left) : null,
                CallRecord call => call.Content,
                FunctionCallContent foreign when !IsAnswered(foreign) => null,
                TextContent text => heard.Take(text.Text) is var left && left == text.Text ? text
                    : left.Length > 0 ? new TextContent(left)
                    : null,
                _ => (AIContent)part,
            };
            if (content is not null)
            {
                said.Add(content);
            }
        }

        if (said.Count > 0)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, said));
        }

        if (_calls.Count > 0)
        {
            messages.Add(new ChatMessage(
                ChatRole.Tool, [.. _calls.Select(call => (AIContent)(call.Answer ?? ToolAnswer.Canceled).ToContent(call.Content.CallId))]));
        }
    }

    bool IsAnswered(FunctionCallContent foreign) =>
        _parts.Exists(part => part is FunctionResultContent answer && answer.CallId == foreign.CallId);
}
