using System.Collections.Immutable;

namespace AgentChain.Onnx.Tokenization;

/// <summary>What stands before and behind the ids of a text, such as <c>[CLS]</c> and <c>[SEP]</c>.</summary>
/// <param name="Before">Ids before the text.</param>
/// <param name="Behind">Ids behind it.</param>
sealed record PostProcessor(ImmutableArray<int> Before, ImmutableArray<int> Behind)
{
    /// <summary>Adds nothing.</summary>
    public static PostProcessor None { get; } = new([], []);
}
