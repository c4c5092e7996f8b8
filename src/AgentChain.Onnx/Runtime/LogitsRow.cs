using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Converts the last row of a logits tensor [batch, rows, vocabulary] to single precision. A graph can return one row or one per token.
/// </summary>
static class LogitsRow
{
    public static void CopyLast(OrtValue logits, TensorElementType type, ref float[] row)
    {
        // A graph need not return what it declares.
        OrtTensorTypeAndShapeInfo shape = logits.GetTensorTypeAndShape();
        int width = shape.Shape.Length == 3 && shape.ElementDataType == type && shape.ElementCount > 0
            ? (int)shape.Shape[2]
            : throw new OnnxModelException($"The model returned logits of the shape [{string.Join(", ", shape.Shape)}] and the type {shape.ElementDataType}; batch, rows and the vocabulary, of the type {type}, are required.");
        if (row.Length != width)
        {
            row = new float[width];
        }

        ReadOnlySpan<byte> raw = logits.GetTensorMutableRawData();
        Convert(raw[^(width * (type == TensorElementType.Float ? 4 : 2))..], type, row);
    }

    public static void Convert(ReadOnlySpan<byte> raw, TensorElementType type, Span<float> row)
    {
        switch (type)
        {
            case TensorElementType.Float:
                MemoryMarshal.Cast<byte, float>(raw).CopyTo(row);
                break;
            case TensorElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(raw), row);
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < upper.Length; i++)
                {
                    row[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                }

                break;
        }
    }
}
