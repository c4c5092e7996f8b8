using Microsoft.Extensions.AI;

namespace AgentChain.Remote;

/// <summary>What a kind of server accepts beyond the common interface, and how a request says it there.</summary>
static class ServerDialect
{
    /// <summary>
    /// The distance between two priorities. SGLang preempts a running request only for one that is more than ten above it.
    /// </summary>
    const int Step = 100;

    public static PriorityOrder OrderOf(ChatServerKind kind) => kind switch
    {
        ChatServerKind.VLlm => PriorityOrder.LowerFirst,
        ChatServerKind.SgLang or ChatServerKind.Dynamo => PriorityOrder.HigherFirst,
        _ => PriorityOrder.None,
    };

    public static bool ContinuesText(ChatServerKind kind) =>
        kind is ChatServerKind.VLlm or ChatServerKind.SgLang or ChatServerKind.LlamaCpp;

    /// <summary>The name of the provider in reports and metrics.</summary>
    public static string ProviderOf(ChatServerKind kind) => kind switch
    {
        ChatServerKind.VLlm => "vllm",
        ChatServerKind.SgLang => "sglang",
        ChatServerKind.Dynamo => "dynamo",
        ChatServerKind.LlamaCpp => "llama.cpp",
        _ => "openai",
    };

    /// <summary>The address that answers if the server is well.</summary>
    public static Uri HealthOf(ChatServerOptions options) => options switch
    {
        { HealthPath: { } path } => new(options.Endpoint, "/" + path.TrimStart('/')),
        { Kind: ChatServerKind.OpenAI } => Under(options.Endpoint, "models"),
        _ => new(options.Endpoint, "/health"),
    };

    public static Uri ChatOf(ChatServerOptions options) => Under(options.Endpoint, "chat/completions");

    /// <summary>The number for a priority; null if none is sent.</summary>
    public static int? NumberOf(RequestPriority priority, PriorityOrder order) => order switch
    {
        PriorityOrder.None => null,
        _ when priority == RequestPriority.Normal => null,
        PriorityOrder.LowerFirst => -(int)priority * Step,
        _ => (int)priority * Step,
    };

    /// <summary>Adds a priority number where the kind of server reads it.</summary>
    public static ChatBody WithPriority(this ChatBody body, ChatServerKind kind, int? number) => number is not { } value ? body
        : kind == ChatServerKind.Dynamo ? body with { Nvext = new(new(value)) }
        : body with { Priority = value };

    /// <summary>Makes the body of a request; the text before it, if any, becomes the beginning of the answer.</summary>
    public static ChatBody BodyOf(ChatServerOptions options, ChatServerRequest request, string said, int saidTokens)
    {
        List<WireMessage> messages = [.. request.Messages.Select(message => new WireMessage(RoleOf(message), message.Text))];
        bool goesOn = said.Length > 0;
        if (goesOn)
        {
            messages.Add(new("assistant", said));
        }

        return new ChatBody
        {
            Model = options.Model,
            Messages = messages,
            MaxTokens = request.MaxOutputTokens is { } most ? Math.Max(1, most - saidTokens) : null,
            Temperature = request.Temperature,
            TopP = request.TopP,
            Seed = request.Seed,
            Stop = request.Stop is { Count: > 0 } stop ? stop : null,
            ContinueFinalMessage = goesOn ? true : null,
            AddGenerationPrompt = goesOn ? false : null,
        };
    }

    static string RoleOf(ChatMessage message) => message.Role.Value;

    static Uri Under(Uri endpoint, string path) => new(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
}
