namespace AgentChain.Onnx.Pruning;

/// <summary>Represents the place of a field in a stream.</summary>
/// <param name="Number">The number of the field.</param>
/// <param name="IsBytes">Whether it is a message, a text or bytes, and not a number.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Content">Where its content begins.</param>
/// <param name="End">Where it ends.</param>
readonly record struct ProtoField(int Number, bool IsBytes, long Start, long Content, long End)
{
    public long Length => End - Content;
}
