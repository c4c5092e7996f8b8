using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>Specifies how an <see cref="OnnxEmbeddingGenerator"/> runs its encoder. Immutable.</summary>
public sealed record OnnxEmbeddingGeneratorOptions
{
    /// <summary>Gets the name of the encoder in embeddings, metadata and telemetry. The default is <c>embedder</c>.</summary>
    public string ModelId { get; init; } = "embedder";

    /// <summary>
    /// Gets whether texts are queries, which get <see cref="SentenceEmbedder.QueryPrefix"/>; the default is <see langword="false"/>, for
    /// documents. An encoder without a prefix embeds both alike.
    /// </summary>
    public bool Queries { get; init; }

    /// <summary>
    /// Gets the lane of the encoder's device on which the generator runs it; the caller disposes it after the generator.
    /// <see langword="null"/> (the default) for a lane of the generator's own.
    /// </summary>
    public DeviceLane? Lane { get; init; }

    /// <summary>Gets the clock for the times of embeddings; <see langword="null"/> (the default) for the system's.</summary>
    public TimeProvider? Time { get; init; }
}
