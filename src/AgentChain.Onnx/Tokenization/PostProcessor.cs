using System.Collections.Immutable;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Represents the IDs that are added around those of a text, such as <c>[CLS]</c> and <c>[SEP]</c>.</summary>
/// <param name="Before">The IDs before the text.</param>
/// <param name="Behind">The IDs after the text.</param>
sealed record PostProcessor(ImmutableArray<int> Before, ImmutableArray<int> Behind)
{
    /// <summary>A post-processor that adds nothing.</summary>
    public static PostProcessor None { get; } = new([], []);
}
