using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a cache with one buffer of full length per layer, bound as both past and present (GroupQueryAttention appends in place). A
/// step of one token sets the token, its position and the mask; it copies and allocates nothing. The buffers are a row of an arena, so that
/// several sequences can take a step together.
/// </summary>
sealed class SharedKeyValueCache : KeyValueCache
{
    readonly DecoderGraph _graph;
    readonly KeyValueArena _arena;
    readonly bool _ownsArena;
    readonly OnnxBinding _step;
    readonly long[] _token = GC.AllocateArray<long>(1, pinned: true);
    readonly long[] _position = GC.AllocateArray<long>(1, pinned: true);
    float[] _logits = [];
    OrtValue? _narrowLogits;
    OrtValue[]? _bound;
    bool _stepReady;

    /// <summary>Creates a cache.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="arena">The arena that gives it a row, or <see langword="null"/> for memory of its own.</param>
    public SharedKeyValueCache(DecoderGraph graph, KeyValueArena? arena = null)
        : base(graph.MaxLength)
    {
        _graph = graph;
        _ownsArena = arena is null;
        _arena = arena ?? new KeyValueArena(graph, 1, 1);
        _step = graph.Session.CreateBinding();
        try
        {
            _arena.Take(this);
        }
        catch
        {
            _step.Dispose();
            throw;
        }
    }

    /// <summary>The memory that contains the row. Set by the arena, which also moves the content.</summary>
    public KeyValueBlock Block { get; set; } = null!;

    /// <summary>The row in <see cref="Block"/>.</summary>
    public int Row { get; set; }

    /// <summary>The width of the logits, or 0 if it is not known before the first run.</summary>
    public int LogitsWidth => _graph.Vocabulary > 0 ? (int)_graph.Vocabulary : _logits.Length;

    OrtValue[] Values => Block.Views(Row);

    private protected override Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken) =>
        tokens.Length == 1 && PrepareStep() ? Step(tokens[0], cancellationToken) : Prefill(tokens, cancellationToken);

    internal override DecoderGraph Graph => _graph;

    private protected override void CopyOut(ReadOnlySpan<PageSlice> slices)
    {
        if (Block.IsOnDevice)
        {
            PageCopy.FromDevice(_graph, Values, Capacity, slices);
        }
        else
        {
            PageCopy.Out(_graph, Values, Capacity, slices);
        }
    }

    private protected override void CopyIn(ReadOnlySpan<PageSlice> slices)
    {
        if (Block.IsOnDevice)
        {
            PageCopy.ToDevice(_graph, Values, Capacity, slices);
        }
        else
        {
            PageCopy.In(_graph, Values, Capacity, slices);
        }
    }

    private protected override KeyValueCache CopyUsed()
    {
        var fork = new SharedKeyValueCache(_graph);
        if (Block.IsOnDevice)
        {
            try
            {
                _graph.Session.Host.Copy(Values, fork.Values);
                return fork;
            }
            catch
            {
                fork.Dispose();
                throw;
            }
        }

        int row = (int)(_graph.MaxLength * _graph.HeadSize * _graph.CacheElementSize), used = (int)(Length * _graph.HeadSize * _graph.CacheElementSize);
        for (int i = 0; i < Values.Length; i++)
        {
            Span<byte> from = Values[i].GetTensorMutableRawData(), to = fork.Values[i].GetTensorMutableRawData();
            for (int head = 0; head < _graph.Heads; head++)
            {
                from.Slice(head * row, used).CopyTo(to[(head * row)..]);
            }
        }

        return fork;
    }

    private protected override void Dispose(bool disposing)
    {
        _step.Dispose();
        _narrowLogits?.Dispose();
        _arena.Release(this);
        if (_ownsArena)
        {
            _arena.Dispose();
        }
    }

    Span<float> Step(int token, CancellationToken cancellationToken)
    {
        (_token[0], _position[0]) = (token, Length);
        if (!ReferenceEquals(_bound, Values))
        {
            BindCache(_step);
            _bound = Values;
        }

        if (_graph.HasMask)
        {
            _step.Input(_graph.Layout.AttentionMask, _graph.Masks[Length + 1]);
        }

        _graph.Session.Run(_step, cancellationToken);
        if (_narrowLogits is not null)
        {
            LogitsRow.Convert(_narrowLogits.GetTensorMutableRawData(), _graph.LogitsType, _logits);
        }

        return _logits;
    }

    Span<float> Prefill(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        using OnnxBinding binding = _graph.Session.CreateBinding();
        BindCache(binding);
        DecoderInputs.Bind(_graph, binding, tokens, Length);
        binding.Output(_graph.Layout.Logits);
        _graph.Session.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        LogitsRow.CopyLast(outputs[_graph.Layout.Logits], _graph.LogitsType, ref _logits);
        return _logits;
    }

    /// <summary>Binds the tensors that all steps share, once the width of the logits is known.</summary>
    bool PrepareStep()
    {
        if (_stepReady)
        {
            return true;
        }

        int width = LogitsWidth;
        if (width == 0)
        {
            return false;
        }

        _logits = _logits.Length == width ? _logits : new float[width];
        _step.Input<long>(_graph.InputIds, _token, 1, 1);
        if (_graph.HasPositions)
        {
            _step.Input<long>(_graph.Layout.PositionIds, _position, 1, 1);
        }

        if (_graph.LogitsType == TensorElementType.Float)
        {
            _step.Output<float>(_graph.Layout.Logits, _logits, 1, 1, width);
        }
        else
        {
            _narrowLogits = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, _graph.LogitsType, [1, 1, width]);
            _step.Output(_graph.Layout.Logits, _narrowLogits);
        }

        return _stepReady = true;
    }

    void BindCache(OnnxBinding binding)
    {
        OrtValue[] values = Values;
        for (int i = 0; i < values.Length; i++)
        {
            binding.Input(_graph.Past[i], values[i]);
            binding.Output(_graph.Present[i], values[i]);
        }
    }
}
