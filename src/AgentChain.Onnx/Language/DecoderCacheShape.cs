using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>Represents the type and the fixed dimensions that all past and present tensors of a decoder share.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Heads">The number of key/value heads.</param>
/// <param name="HeadSize">The size of a head.</param>
readonly record struct DecoderCacheShape(TensorElementType Type, long Heads, long HeadSize)
{
    static readonly TensorElementType[] Types =
        [TensorElementType.Float, TensorElementType.Float16, TensorElementType.BFloat16, TensorElementType.Int8, TensorElementType.UInt8];

    const long LargestToken = 1 << 20;
    const long FreeBytes = 1 << 16;
    const int FileBytesPerCacheByte = 16;

    public static DecoderCacheShape Read(
        OnnxSession session, LanguageModelLayout layout, IReadOnlyList<string> past, IReadOnlyList<string> present)
    {
        TensorDescription first = session.Input(past[0]);
        TensorElementType type = first.ElementType;
        if (!Types.Contains(type))
        {
            throw new OnnxModelException($"'{session.Name}': keys and values of type '{first}' are not supported; the supported types are Float, Float16, BFloat16, Int8 and UInt8.");
        }

        // A dimension that the graph leaves open in one tensor can be fixed in another.
        long heads = 0, size = 0;
        foreach (TensorDescription tensor in past.Select(session.Input).Concat(present.Select(session.Output)))
        {
            if (tensor.Shape.Length != 4)
            {
                throw new OnnxModelException($"'{session.Name}': '{tensor}' must have four dimensions: batch, heads, length and head size.");
            }

            heads = heads > 0 ? heads : tensor.Shape[1];
            size = size > 0 ? size : tensor.Shape[3];
            if (tensor.ElementType != type || !Fits(tensor.Shape[1], heads) || !Fits(tensor.Shape[3], size))
            {
                throw new OnnxModelException($"'{session.Name}': '{tensor}' differs from '{first}' in its type, heads or head size; all past and present tensors must be alike.");
            }
        }

        heads = heads > 0 ? heads : layout.KeyValueHeads;
        size = size > 0 ? size : layout.HeadSize;
        return heads <= 0 || size <= 0
            ? throw new OnnxModelException($"'{session.Name}': neither '{first}' nor the configuration specifies the number and size of the key/value heads.")
            : heads > LargestToken || size > LargestToken || heads * size > LargestToken
            ? throw new OnnxModelException($"'{session.Name}': '{first}' has {heads} heads of {size} values; {LargestToken} values per token and layer are the most supported.")
            : new DecoderCacheShape(type, heads, size).Justified(session, layout, past.Count);
    }

    // Keys and values are computed with weights: 2 layers of 64 values need 2 x 64 x the width of the model. So a token cannot take much
    // memory next to the weights, and a small file cannot ask for a large cache.
    DecoderCacheShape Justified(OnnxSession session, LanguageModelLayout layout, int tensors)
    {
        long token = tensors * Heads * HeadSize * TensorBase.GetElementTypeInfo(Type)!.TypeSize;
        long files = new FileInfo(layout.ModelPath).Directory!.EnumerateFiles().Sum(file => file.Length);
        return token <= FreeBytes + (files / FileBytesPerCacheByte)
            ? this
            : throw new OnnxModelException(FormattableString.Invariant(
                $"'{session.Name}' would keep {token:N0} bytes of keys and values per token, but all its files have only {files:N0} bytes. The number of layers, heads or their size is wrong."));
    }

    static bool Fits(long dimension, long known) => dimension <= 0 || known <= 0 || dimension == known;
}
