using System.Runtime.InteropServices;
using AgentChain.Devices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents memory for the keys and values of several sequences: one tensor [rows, heads, length, head size] for each past input of the
/// graph. Neighboring rows can be bound as one tensor, for a step of several sequences. Guarded by its <see cref="KeyValueArena"/>.
/// </summary>
sealed unsafe class KeyValueBlock : IDisposable
{
    const int Alignment = 64;

    readonly DecoderGraph _graph;
    readonly OrtAllocator? _deviceMemory;
    readonly OrtValue[]?[] _views;
    readonly MemoryLease _reserved;
    readonly long _rowBytes;
    byte* _memory;
    byte* _first;

    public KeyValueBlock(DecoderGraph graph, int rows)
    {
        _graph = graph;
        _rowBytes = graph.Heads * graph.MaxLength * graph.HeadSize * graph.CacheElementSize;
        _views = new OrtValue[rows][];
        Owners = new SharedKeyValueCache?[rows];
        long bytes = checked(_rowBytes * rows * graph.Past.Length);
        _reserved = graph.Session.Reserve(bytes, MemoryPurpose.KeyValueCache);
        try
        {
            if (graph.Session.Device.IsCpu)
            {
                // Large zeroed memory comes from the operating system, which supplies a page when it is first written: a row that is not
                // in use, and the part of a row that is not, take none.
                _memory = (byte*)NativeMemory.AllocZeroed(checked((nuint)(bytes + Alignment)));
                _first = (byte*)(((nuint)_memory + Alignment - 1) & ~(nuint)(Alignment - 1));
            }
            else
            {
                _deviceMemory = graph.Session.CreateDeviceAllocator();
                _views[0] = [.. graph.Past.Select(_ => OrtValue.CreateAllocatedTensorValue(_deviceMemory, graph.CacheType, Shape(1)))];
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    ~KeyValueBlock() => NativeMemory.Free(_memory);

    /// <summary>The caches that use the rows.</summary>
    public SharedKeyValueCache?[] Owners { get; }

    /// <summary>Whether the memory is the device's own, so that the processor cannot read it.</summary>
    public bool IsOnDevice => _deviceMemory is not null;

    /// <summary>Returns the tensors of one row, in the order of the graph's past inputs. They live as long as the block.</summary>
    public OrtValue[] Views(int row) => _views[row] ??= Window(row, 1);

    /// <summary>Creates the tensors of neighboring rows. The caller disposes them before the block.</summary>
    public OrtValue[] Window(int first, int rows)
    {
        var window = new OrtValue[_graph.Past.Length];
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, _graph.CacheType, Shape(rows), (nint)Row(i, first), _rowBytes * rows);
        }

        return window;
    }

    /// <summary>Exchanges the tokens of two rows, or moves those of one to the other.</summary>
    public static void Swap(KeyValueBlock a, int rowOfA, int lengthOfA, KeyValueBlock b, int rowOfB, int lengthOfB)
    {
        DecoderGraph graph = a._graph;
        long token = graph.HeadSize * graph.CacheElementSize;
        for (int i = 0; i < graph.Past.Length; i++)
        {
            byte* from = a.Row(i, rowOfA), to = b.Row(i, rowOfB);
            for (int head = 0; head < graph.Heads; head++)
            {
                long at = head * graph.MaxLength * token;
                Swap(from + at, lengthOfA * token, to + at, lengthOfB * token);
            }
        }
    }

    public void Dispose()
    {
        foreach (OrtValue view in _views.SelectMany(v => v ?? []))
        {
            view.Dispose();
        }

        _deviceMemory?.Dispose();
        NativeMemory.Free(_memory);
        _memory = null;
        _reserved.Dispose();
        GC.SuppressFinalize(this);
    }

    static void Swap(byte* a, long sizeOfA, byte* b, long sizeOfB)
    {
        const int Piece = 4096;
        byte* piece = stackalloc byte[Piece];
        long both = Math.Min(sizeOfA, sizeOfB);
        for (long at = 0; at < both; at += Piece)
        {
            long count = Math.Min(Piece, both - at);
            Buffer.MemoryCopy(a + at, piece, count, count);
            Buffer.MemoryCopy(b + at, a + at, count, count);
            Buffer.MemoryCopy(piece, b + at, count, count);
        }

        if (sizeOfA > both)
        {
            Buffer.MemoryCopy(a + both, b + both, sizeOfA - both, sizeOfA - both);
        }
        else if (sizeOfB > both)
        {
            Buffer.MemoryCopy(b + both, a + both, sizeOfB - both, sizeOfB - both);
        }
    }

    byte* Row(int tensor, int row) => _first + (_rowBytes * (((long)tensor * Owners.Length) + row));

    long[] Shape(int rows) => [rows, _graph.Heads, _graph.MaxLength, _graph.HeadSize];
}
