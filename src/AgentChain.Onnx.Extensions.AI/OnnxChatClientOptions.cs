using AgentChain.Devices;
using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>Specifies how an <see cref="OnnxChatClient"/> runs its model. Immutable.</summary>
public sealed record OnnxChatClientOptions
{
    /// <summary>Gets the name of the model in answers, metadata and telemetry. The default is <c>language-model</c>.</summary>
    public string ModelId { get; init; } = "language-model";

    /// <summary>
    /// Gets the options for choosing tokens and for stopping where a request has none; <see langword="null"/> (the default) for
    /// <see cref="LanguageModel.Defaults"/>.
    /// </summary>
    public GenerationOptions? Generation { get; init; }

    /// <summary>
    /// Gets the function that tells the model its tools, in the system message after the instructions; <see langword="null"/> (the default)
    /// for a list of their JSON schemas. A model that was trained on tools of its own may need only their names.
    /// </summary>
    public Func<IReadOnlyList<AIFunctionDeclaration>, string>? ToolPrompt { get; init; }

    /// <summary>
    /// Gets the lane of the model's device on which the client runs it; the caller disposes it after the client. <see langword="null"/>
    /// (the default) for a lane of the client's own. Share one lane among the models of a GPU that must not run at the same time.
    /// </summary>
    public DeviceLane? Lane { get; init; }

    /// <summary>
    /// Gets the clock for the times of answers and statistics; <see langword="null"/> (the default) for the system's.
    /// </summary>
    public TimeProvider? Time { get; init; }
}
