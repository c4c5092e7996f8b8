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
        ChatServerKind.VLlm or ChatServerKind.Triton => PriorityOrder.LowerFirst,
        ChatServerKind.SgLang or ChatServerKind.Dynamo => PriorityOrder.HigherFirst,
        _ => PriorityOrder.None,
    };

    public static bool ContinuesText(ChatServerKind kind) =>
        kind is ChatServerKind.VLlm or ChatServerKind.SgLang or ChatServerKind.LlamaCpp or ChatServerKind.Triton;

    /// <summary>The headers that carry the budget that is left.</summary>
    public static IReadOnlyList<string> DeadlinesOf(ChatServerOptions options) =>
        options.DeadlineHeaders ?? (options.Kind == ChatServerKind.Dynamo
            ? [DeadlineHeaders.RayServe, DeadlineHeaders.Dynamo]
            : [DeadlineHeaders.RayServe]);

    /// <summary>The name of the provider in reports and metrics.</summary>
    public static string ProviderOf(ChatServerKind kind) => kind switch
    {
        ChatServerKind.VLlm => "vllm",
        ChatServerKind.SgLang => "sglang",
        ChatServerKind.Dynamo => "dynamo",
        ChatServerKind.LlamaCpp => "llama.cpp",
        ChatServerKind.Triton => "triton",
        _ => "openai",
    };

    /// <summary>The address that answers if the server is well.</summary>
    public static Uri HealthOf(ChatServerOptions options) => options switch
    {
        { HealthPath: { } path } => new(options.Endpoint, "/" + path.TrimStart('/')),
        { Kind: ChatServerKind.OpenAI } => ServerAddress.Under(options.Endpoint, "models"),
        _ => new(options.Endpoint, "/health"),
    };

    public static Uri ChatOf(ChatServerOptions options) => ServerAddress.Under(options.Endpoint, "chat/completions");

    /// <summary>The number for a priority; null if none is sent.</summary>
    public static int? NumberOf(RequestPriority priority, PriorityOrder order, ChatServerKind kind)
    {
        (int small, int large) = NumbersOf(kind);
        return order == PriorityOrder.None || priority == RequestPriority.Normal ? null
            : (priority == RequestPriority.High) == (order == PriorityOrder.LowerFirst) ? small
            : large;
    }

    /// <summary>A number that is smaller and one that is larger than that of a request without one.</summary>
    public static (int Small, int Large) NumbersOf(ChatServerKind kind) =>

        // Triton counts levels from 1. A level that a model does not have is its default one.
        kind == ChatServerKind.Triton ? (1, 3) : (-Step, Step);

    /// <summary>Makes the body of a chat completion; the text before it, if any, becomes the beginning of the answer.</summary>
    public static ChatBody BodyOf(ChatServerOptions options, ServerQuestion question)
    {
        ChatServerRequest request = question.Request;
        List<WireMessage> messages = [.. request.Messages.Select(message => new WireMessage(RoleOf(message), message.Text))];
        bool goesOn = question.Said.Length > 0;
        if (goesOn)
        {
            messages.Add(new("assistant", question.Said));
        }

        return new ChatBody
        {
            Model = options.Model,
            Messages = messages,
            MaxTokens = question.MaxTokens,
            Temperature = request.Temperature,
            TopP = request.TopP,
            Seed = request.Seed,
            Stop = request.Stop is { Count: > 0 } stop ? stop : null,
            Priority = options.Kind == ChatServerKind.Dynamo ? null : question.Priority,
            Nvext = options.Kind == ChatServerKind.Dynamo && question.Priority is { } number ? new(new(number)) : null,
            ContinueFinalMessage = goesOn ? true : null,
            AddGenerationPrompt = goesOn ? false : null,
        };
    }

    static string RoleOf(ChatMessage message) => message.Role.Value;
}
