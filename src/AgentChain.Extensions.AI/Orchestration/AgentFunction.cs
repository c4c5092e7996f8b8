using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>An agent as a tool of another: the request is a text, and so is the answer.</summary>
sealed class AgentFunction(AgentBlock agent, string name, string description) : AIFunction
{
    public override string Name => name;

    public override string Description => description;

    public override JsonElement JsonSchema { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"request":{"type":"string","description":"The request, with all that is needed to fulfill it."}},"required":["request"]}""");

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        string text = arguments.TryGetValue("request", out object? value) ? Text(value) : "";

        // The keys of the inner effects follow from the key of the outer call, so that a call that is repeated repeats none of them.
        ToolCall? call = ToolCall.From(arguments);
        AgentRequest request = AgentSession.OfCall(call).Ask(text);
        var answer = new AgentAnswer();
        if (call?.Run is { } context)
        {
            try
            {
                await foreach (ChatResponseUpdate update in agent.InvokeAsync(request, context, cancellationToken))
                {
                    answer.Add(update);
                }
            }
            finally
            {
                agent.Forget(context);
            }

            return answer.ToString();
        }

        // No agent block runs the tool, so there is no turn to be part of: a turn of its own.
        await using StreamChain<AgentRequest, ChatResponseUpdate> chain = Chain.From<AgentRequest>("agent").Stream("run", agent).Build();
        await using Turn<ChatResponseUpdate> turn = chain.Start(request, cancellationToken);
        await foreach (ChatResponseUpdate update in turn.Output)
        {
            answer.Add(update);
        }

        return answer.ToString();
    }

    static string Text(object? value) =>
        value is JsonElement { ValueKind: JsonValueKind.String } json ? json.GetString()! : value?.ToString() ?? "";

    /// <summary>What the agent said after its last tool; if that is nothing, all that it said.</summary>
    sealed class AgentAnswer
    {
        readonly StringBuilder _all = new();
        int _last;

        public void Add(ChatResponseUpdate update)
        {
            if (update.Role == ChatRole.Tool)
            {
                _last = _all.Length;
            }
            else
            {
                _all.Append(update.Text);
            }
        }

        public override string ToString() => _last < _all.Length ? _all.ToString(_last, _all.Length - _last) : _all.ToString();
    }
}
