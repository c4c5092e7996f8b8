using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>Represents what two models must have in common to continue from each other's keys and values.</summary>
/// <param name="Tensors">The number of tensors: keys and values of every layer.</param>
/// <param name="Type">The element type.</param>
/// <param name="Heads">The number of key/value heads.</param>
/// <param name="HeadSize">The size of a head.</param>
readonly record struct KeyValueShape(int Tensors, TensorElementType Type, int Heads, int HeadSize)
{
    public static KeyValueShape Of(DecoderGraph graph) =>
        new(graph.Past.Length, graph.CacheType, (int)graph.Heads, (int)graph.HeadSize);

    /// <summary>The size of one token in one head, in bytes.</summary>
    public int RowBytes => HeadSize * TensorBase.GetElementTypeInfo(Type)!.TypeSize;

    /// <summary>The size of one token, in bytes.</summary>
    public long TokenBytes => (long)Tensors * Heads * RowBytes;

    /// <summary>Creates an empty page.</summary>
    /// <exception cref="OnnxModelException">The page would be larger than an array can be.</exception>
    public byte[] CreatePage(int tokens) => TokenBytes * tokens <= Array.MaxLength
        ? GC.AllocateUninitializedArray<byte>((int)(TokenBytes * tokens), pinned: true)
        : throw new OnnxModelException($"{tokens} tokens of {TokenBytes} bytes do not fit into a page.");

    /// <summary>Throws unless a model can continue from another one's keys and values.</summary>
    /// <exception cref="KeyValueMismatchException">It cannot.</exception>
    public static void Require(DecoderGraph from, DecoderGraph to)
    {
        if (from == to)
        {
            return;
        }

        (KeyValueShape given, KeyValueShape needed) = (Of(from), Of(to));
        if (given != needed)
        {
            throw new KeyValueMismatchException(from.Layout.ModelPath, to.Layout.ModelPath, $"its keys and values are {given}, and {needed} are needed");
        }

        // Also of one path: the file may have been replaced since.
        if (!from.Fingerprint.Span.SequenceEqual(to.Fingerprint.Span))
        {
            throw new KeyValueMismatchException(from.Layout.ModelPath, to.Layout.ModelPath, "the contents of their files differ");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Tensors} tensors of {Type} with {Heads} heads of {HeadSize}");
}
