using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>ONNX models behind the interfaces of Microsoft.Extensions.AI.</summary>
public static class OnnxExtensions
{
    /// <summary>Makes a chat client of a language model.</summary>
    /// <param name="model">The model. The caller disposes it after the client.</param>
    /// <param name="options">The name, the lane and the defaults, or <see langword="null"/> for the defaults.</param>
    /// <returns>The client.</returns>
    /// <inheritdoc cref="OnnxChatClient(LanguageModel,OnnxChatClientOptions)" path="/exception"/>
    public static OnnxChatClient AsChatClient(this LanguageModel model, OnnxChatClientOptions? options = null) => new(model, options);

    /// <summary>Makes an embedding generator of a sentence encoder.</summary>
    /// <param name="embedder">The encoder. The caller disposes it after the generator.</param>
    /// <param name="options">The name, the lane and the kind of texts, or <see langword="null"/> for the defaults.</param>
    /// <returns>The generator.</returns>
    /// <inheritdoc cref="OnnxEmbeddingGenerator(SentenceEmbedder,OnnxEmbeddingGeneratorOptions)" path="/exception"/>
    public static OnnxEmbeddingGenerator AsEmbeddingGenerator(
        this SentenceEmbedder embedder, OnnxEmbeddingGeneratorOptions? options = null) =>
        new(embedder, options);
}
