using System.Runtime.InteropServices;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the tensors of a step of several sequences, which read one token each. Bound once per number of sequences; a step in the same
/// rows as the previous one copies and allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// The mask has a row of ones and then zeros for each sequence, from which the graph computes where its token goes. It is wider than the
/// longest sequence, so that most steps only write one more 1 into each row.
/// </remarks>
sealed class BatchBinding : IDisposable
{
    const int MaskStep = 64;

    readonly DecoderGraph _graph;
    readonly OnnxBinding _binding;
    readonly long[] _tokens;
    readonly long[] _positions;
    readonly float[] _logits;
    readonly OrtValue? _narrowLogits;
    readonly int[] _lengths;
    readonly int _width;
    KeyValueRows _rows;
    OrtValue[] _values = [];
    long[] _mask = [];
    OrtValue? _maskValue;
    int _maskWidth;

    public BatchBinding(DecoderGraph graph, int sequences, int width)
    {
        (_graph, _width) = (graph, width);
        _tokens = GC.AllocateArray<long>(sequences, pinned: true);
        _positions = GC.AllocateArray<long>(sequences, pinned: true);
        _lengths = new int[sequences];
        Caches = new SharedKeyValueCache[sequences];
        _logits = new float[sequences * width];
        _binding = graph.Session.CreateBinding();
        _binding.Input<long>(graph.InputIds, _tokens, sequences, 1);
        if (graph.HasPositions)
        {
            _binding.Input<long>(graph.Layout.PositionIds, _positions, sequences, 1);
        }

        if (graph.LogitsType == TensorElementType.Float)
        {
            _binding.Output<float>(graph.Layout.Logits, _logits, sequences, 1, width);
        }
        else
        {
            _narrowLogits = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, graph.LogitsType, [sequences, 1, width]);
            _binding.Output(graph.Layout.Logits, _narrowLogits);
        }
    }

    /// <summary>The caches of the current step.</summary>
    public SharedKeyValueCache[] Caches { get; }

    /// <summary>Whether a model's graph can read tokens of several sequences in one run.</summary>
    public static bool Supports(DecoderGraph graph, int sequences) =>
        graph.Layout.SharedBuffer && graph.HasMask && graph.Session.Device.IsCpu
        && graph.Session.Input(graph.InputIds).Accepts([sequences, 1])
        && graph.Session.Output(graph.Layout.Logits).Shape is var logits && (logits.IsDefaultOrEmpty || logits[0] < 0 || logits[0] == sequences)
        && graph.Past.All(name => graph.Session.Input(name).Accepts([sequences, graph.Heads, graph.MaxLength, graph.HeadSize]));

    /// <summary>Reads one token into each of the caches.</summary>
    /// <param name="rows">The rows of the caches.</param>
    /// <param name="members">The sequences in the order of their rows; each one's cache is entered.</param>
    public void Run(in KeyValueRows rows, ReadOnlySpan<DecodeMember> members)
    {
        Place(rows);
        bool follows = true;
        int longest = 0;
        for (int i = 0; i < members.Length; i++)
        {
            int length = members[i].Generator.Cache.Length;
            (_tokens[i], _positions[i]) = (members[i].Generator.NextToken, length);
            follows &= length == _lengths[i];
            longest = Math.Max(longest, length);
            _lengths[i] = length + 1;
        }

        Mask(longest + 1, follows);
        _graph.Session.Run(_binding);
        if (_narrowLogits is not null)
        {
            LogitsRow.Convert(_narrowLogits.GetTensorMutableRawData(), _graph.LogitsType, _logits);
        }
    }

    /// <summary>Returns the logits of a sequence. They are valid until the next run, and the caller can modify them.</summary>
    public Span<float> Logits(int sequence) => _logits.AsSpan(sequence * _width, _width);

    public void Dispose()
    {
        _binding.Dispose();
        _narrowLogits?.Dispose();
        _maskValue?.Dispose();
        Array.ForEach(_values, v => v.Dispose());
    }

    void Place(in KeyValueRows rows)
    {
        if (rows == _rows)
        {
            return;
        }

        OrtValue[] values = rows.Block.Window(rows.First, rows.Count);
        for (int i = 0; i < values.Length; i++)
        {
            _binding.Input(_graph.Past[i], values[i]);
            _binding.Output(_graph.Present[i], values[i]);
        }

        Array.ForEach(_values, v => v.Dispose());
        (_values, _rows) = (values, rows);
    }

    void Mask(int needed, bool follows)
    {
        int sequences = _tokens.Length;
        if (needed <= _maskWidth && follows)
        {
            for (int i = 0; i < sequences; i++)
            {
                _mask[(i * _maskWidth) + _lengths[i] - 1] = 1;
            }

            return;
        }

        if (needed > _maskWidth)
        {
            _maskWidth = Math.Min((needed + MaskStep - 1) / MaskStep * MaskStep, _graph.MaxLength);
            if (_mask.Length < sequences * _maskWidth)
            {
                _mask = GC.AllocateUninitializedArray<long>(sequences * Math.Min(2 * _maskWidth, _graph.MaxLength), pinned: true);
            }

            OrtValue? old = _maskValue;
            _maskValue = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, TensorElementType.Int64, [sequences, _maskWidth],
                Marshal.UnsafeAddrOfPinnedArrayElement(_mask, 0), (long)sequences * _maskWidth * sizeof(long));
            _binding.Input(_graph.Layout.AttentionMask, _maskValue);
            old?.Dispose();
        }

        for (int i = 0; i < sequences; i++)
        {
            Span<long> row = _mask.AsSpan(i * _maskWidth, _maskWidth);
            row[.._lengths[i]].Fill(1);
            row[_lengths[i]..].Clear();
        }
    }
}
