using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a cache with one buffer of full length per layer, bound as both past and present (GroupQueryAttention appends in place). A
/// step of one token sets the token, its position and the mask; it copies and allocates nothing.
/// </summary>
sealed class SharedKeyValueCache : KeyValueCache
{
    readonly DecoderGraph _graph;
    readonly OrtAllocator? _deviceMemory;
    readonly OrtValue[] _values;
    readonly OnnxBinding _step;
    readonly long[] _token = GC.AllocateArray<long>(1, pinned: true);
    readonly long[] _position = GC.AllocateArray<long>(1, pinned: true);
    float[] _logits = [];
    OrtValue? _narrowLogits;
    bool _stepReady;

    public SharedKeyValueCache(DecoderGraph graph)
        : base(graph.MaxLength)
    {
        _graph = graph;
        long[] shape = [1, graph.Heads, graph.MaxLength, graph.HeadSize];
        _deviceMemory = graph.Session.Device.IsCpu ? null : graph.Session.CreateDeviceAllocator();
        OrtAllocator memory = _deviceMemory ?? OrtAllocator.DefaultInstance;
        _values = [.. graph.Past.Select(_ => OrtValue.CreateAllocatedTensorValue(memory, graph.CacheType, shape))];
        if (graph.Session.Device.IsCpu)
        {
            foreach (OrtValue value in _values)
            {
                value.GetTensorMutableRawData().Clear();
            }
        }

        _step = graph.Session.CreateBinding();
        BindCache(_step);
    }

    private protected override Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken) =>
        tokens.Length == 1 && PrepareStep() ? Step(tokens[0], cancellationToken) : Prefill(tokens, cancellationToken);

    internal override DecoderGraph Graph => _graph;

    private protected override void CopyOut(ReadOnlySpan<PageSlice> slices)
    {
        if (_deviceMemory is null)
        {
            PageCopy.Out(_graph, _values, Capacity, slices);
        }
        else
        {
            PageCopy.FromDevice(_graph, _values, Capacity, slices);
        }
    }

    private protected override void CopyIn(ReadOnlySpan<PageSlice> slices)
    {
        if (_deviceMemory is null)
        {
            PageCopy.In(_graph, _values, Capacity, slices);
        }
        else
        {
            PageCopy.ToDevice(_graph, _values, Capacity, slices);
        }
    }

    private protected override KeyValueCache CopyUsed()
    {
        var fork = new SharedKeyValueCache(_graph);
        if (_deviceMemory is not null)
        {
            _graph.Session.Host.Copy(_values, fork._values);
            return fork;
        }

        int row = (int)(_graph.MaxLength * _graph.HeadSize * _graph.CacheElementSize), used = (int)(Length * _graph.HeadSize * _graph.CacheElementSize);
        for (int i = 0; i < _values.Length; i++)
        {
            Span<byte> from = _values[i].GetTensorMutableRawData(), to = fork._values[i].GetTensorMutableRawData();
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
        foreach (OrtValue value in _values)
        {
            value.Dispose();
        }

        _deviceMemory?.Dispose();
    }

    Span<float> Step(int token, CancellationToken cancellationToken)
    {
        (_token[0], _position[0]) = (token, Length);
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

        int width = _graph.Vocabulary > 0 ? (int)_graph.Vocabulary : _logits.Length;
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
        for (int i = 0; i < _values.Length; i++)
        {
            binding.Input(_graph.Past[i], _values[i]);
            binding.Output(_graph.Present[i], _values[i]);
        }
    }
}
