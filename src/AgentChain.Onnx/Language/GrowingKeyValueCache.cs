using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a cache whose keys and values are tensors in CPU memory that grow with each run: the layout of Optimum exports, whose
/// attention concatenates past and present itself. Slower than a shared buffer, because every run copies everything. The ledger of the host has
/// the size of the tensors, and during a run that of the old and the new ones.
/// </summary>
sealed class GrowingKeyValueCache : KeyValueCache
{
    readonly DecoderGraph _graph;
    readonly MemoryLease _memory;
    readonly long _tokenBytes;
    OrtValue[] _values;
    int _stored;
    float[] _logits = [];

    public GrowingKeyValueCache(DecoderGraph graph)
        : base(graph.MaxLength)
    {
        graph.Session.RequireLoaded();
        _graph = graph;
        _tokenBytes = KeyValueShape.Of(graph).TokenBytes;
        _values = Allocate(0);
        _memory = graph.Session.ReserveHost(0, MemoryPurpose.KeyValueCache);
    }

    private protected override Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        Trim();
        using Growth growth = Grow(Length + tokens.Length);
        using OnnxBinding binding = _graph.Session.CreateBinding();
        DecoderInputs.Bind(_graph, binding, tokens, Length);
        for (int i = 0; i < _values.Length; i++)
        {
            binding.Input(_graph.Past[i], _values[i]);
            binding.Output(_graph.Present[i]);
        }

        binding.Output(_graph.Layout.Logits);
        _graph.Session.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        LogitsRow.CopyLast(outputs[_graph.Layout.Logits], _graph.LogitsType, ref _logits);
        OrtValue[] grown = [.. _graph.Present.Select(outputs.Detach)];
        Replace(grown, Length + tokens.Length);
        return _logits;
    }

    internal override DecoderGraph Graph => _graph;

    private protected override void CopyOut(ReadOnlySpan<PageSlice> slices) => PageCopy.Out(_graph, _values, _stored, slices);

    private protected override void CopyIn(ReadOnlySpan<PageSlice> slices)
    {
        int kept = slices[0].Start, length = slices[^1].Start + slices[^1].Count;
        using Growth growth = Grow(length);
        OrtValue[] grown = CopyFirst(kept, length);
        PageCopy.In(_graph, grown, length, slices);
        Replace(grown, length);
    }

    private protected override KeyValueCache CopyUsed()
    {
        var fork = new GrowingKeyValueCache(_graph);
        try
        {
            using Growth growth = fork.Grow(Length);
            fork.Replace(CopyFirst(Length), Length);
            return fork;
        }
        catch
        {
            fork.Dispose();
            throw;
        }
    }

    private protected override void Dispose(bool disposing)
    {
        Replace([], 0);
        _memory.Dispose();
    }

    /// <summary>Cuts off the tokens that a rewind discarded, because the graph uses its whole past.</summary>
    void Trim()
    {
        if (_stored > Length)
        {
            using Growth growth = Grow(Length);
            Replace(CopyFirst(Length), Length);
        }
    }

    OrtValue[] CopyFirst(int length) => CopyFirst(length, length);

    OrtValue[] CopyFirst(int length, int room)
    {
        OrtValue[] copies = Allocate(room);
        int size = (int)(_graph.HeadSize * _graph.CacheElementSize);
        for (int i = 0; i < copies.Length && length > 0; i++)
        {
            Span<byte> from = _values[i].GetTensorMutableRawData(), to = copies[i].GetTensorMutableRawData();
            for (int head = 0; head < _graph.Heads; head++)
            {
                from.Slice(head * _stored * size, length * size).CopyTo(to[(head * room * size)..]);
            }
        }

        return copies;
    }

    OrtValue[] Allocate(int length) =>
        [.. _graph.Past.Select(_ => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, _graph.CacheType, [1, _graph.Heads, length, _graph.HeadSize]))];

    void Replace(OrtValue[] values, int stored)
    {
        OrtValue[] old = _values;
        (_values, _stored) = (values, stored);
        foreach (OrtValue value in old)
        {
            value.Dispose();
        }
    }

    /// <summary>Reserves what new tensors take beside the old ones; when the result is disposed, only the tensors that are left are reserved.</summary>
    /// <exception cref="DeviceMemoryException">The host does not have as much memory left; nothing has changed.</exception>
    Growth Grow(int length)
    {
        _memory.Resize(checked((_stored + (long)length) * _tokenBytes));
        return new Growth(this);
    }

    readonly ref struct Growth(GrowingKeyValueCache cache)
    {
        public void Dispose() => cache._memory.Resize(cache._stored * cache._tokenBytes);
    }
}
