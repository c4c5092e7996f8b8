using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Maps the options of a request to those of a generation. An option that would change the answer, but cannot be kept, is refused.
/// </summary>
static class RequestOptions
{
    /// <summary>Returns the options of the generation.</summary>
    /// <exception cref="NotSupportedException">The model cannot keep an option.</exception>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static GenerationOptions Map(ChatOptions? options, GenerationOptions defaults, string modelId, IChatClient client)
    {
        if (options is null)
        {
            return defaults;
        }

        Refuse(options, modelId);
        if (options.RawRepresentationFactory?.Invoke(client) is GenerationOptions raw)
        {
            defaults = raw;
        }

        GenerationOptions mapped = defaults with
        {
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            Temperature = options.Temperature ?? defaults.Temperature,
            TopP = options.TopP ?? defaults.TopP,
            TopK = options.TopK ?? defaults.TopK,
            Seed = options.Seed is { } seed ? unchecked((ulong)seed) : defaults.Seed,
        };
        try
        {
            mapped.Validate();
        }
        catch (ArgumentOutOfRangeException error)
        {
            string name = error.ParamName == nameof(GenerationOptions.MaxTokens) ? nameof(ChatOptions.MaxOutputTokens) : error.ParamName!;
            throw new ArgumentOutOfRangeException(
                $"options.{name}", error.ActualValue, "The value is out of range; see the documentation of GenerationOptions for the ranges.");
        }

        return mapped;
    }

    /// <summary>Returns the texts that end an answer.</summary>
    public static IReadOnlyList<string> Stops(ChatOptions? options) => options?.StopSequences is not { Count: > 0 } stops ? []
        : stops.Any(string.IsNullOrEmpty) ? throw new ArgumentException("A stop sequence is empty; remove it.", "options.StopSequences")
        : [.. stops];

    /// <summary>Returns the functions that the model may call.</summary>
    /// <param name="options">The options of the request.</param>
    /// <param name="canCall">Whether the model's tokens include those of a call.</param>
    public static IReadOnlyList<AIFunctionDeclaration> Tools(ChatOptions? options, bool canCall)
    {
        if (options?.Tools is not { Count: > 0 } tools || options.ToolMode is NoneChatToolMode)
        {
            return [];
        }

        Refuse(!canCall, nameof(ChatOptions.Tools), "the model's tokenizer has no tokens for tool calls");
        Refuse(
            !tools.All(tool => tool is AIFunctionDeclaration), nameof(ChatOptions.Tools), "the model can call functions, but not hosted tools");
        return [.. tools.Cast<AIFunctionDeclaration>()];
    }

    static void Refuse(ChatOptions options, string modelId)
    {
        Refuse(options.ToolMode is RequiredChatToolMode, nameof(ChatOptions.ToolMode), "the model decides itself whether it calls a tool");
        Refuse(
            options.ResponseFormat is not (null or ChatResponseFormatText), nameof(ChatOptions.ResponseFormat), "the answer is plain text");
        Refuse(
            options.FrequencyPenalty is not (null or 0), nameof(ChatOptions.FrequencyPenalty),
            "use GenerationOptions.RepetitionPenalty instead");
        Refuse(
            options.PresencePenalty is not (null or 0), nameof(ChatOptions.PresencePenalty),
            "use GenerationOptions.RepetitionPenalty instead");
        Refuse(
            options.ConversationId is not null, nameof(ChatOptions.ConversationId), "the client keeps no conversation; pass its messages");
        Refuse(
            options.ModelId is { } asked && asked != modelId, nameof(ChatOptions.ModelId), $"the client has the model '{modelId}' only");
    }

    static void Refuse(bool refused, string option, string reason)
    {
        if (refused)
        {
            throw new NotSupportedException($"ChatOptions.{option} is not supported by an ONNX language model: {reason}.");
        }
    }
}
