using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Provides attention masks of ones, int64[1, length]. All tensors share one block of memory; each length is created on first use and then
/// kept, so that a decoding step allocates nothing. Thread-safe; shared by all sequences of a model.
/// </summary>
sealed class AttentionMasks : IDisposable
{
    readonly long[] _ones;
    readonly OrtValue?[] _masks;

    public AttentionMasks(int maxLength)
    {
        _ones = GC.AllocateUninitializedArray<long>(maxLength, pinned: true);
        _ones.AsSpan().Fill(1);
        _masks = new OrtValue?[maxLength + 1];
    }

    public OrtValue this[int length] => Volatile.Read(ref _masks[length]) ?? Make(length);

    public void Dispose()
    {
        foreach (OrtValue? mask in _masks)
        {
            mask?.Dispose();
        }
    }

    OrtValue Make(int length)
    {
        OrtValue mask = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Int64, [1, length],
            Marshal.UnsafeAddrOfPinnedArrayElement(_ones, 0), length * sizeof(long));
        OrtValue? first = Interlocked.CompareExchange(ref _masks[length], mask, null);
        if (first is null)
        {
            return mask;
        }

        mask.Dispose();
        return first;
    }
}
