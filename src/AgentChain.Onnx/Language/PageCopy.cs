using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Language;

/// <summary>Copies keys and values between a run's tensors, [1, heads, room, head size], and pages.</summary>
static class PageCopy
{
    /// <summary>Copies from tensors in host memory into pages.</summary>
    /// <param name="graph">The decoder.</param>
    /// <param name="tensors">The keys and values.</param>
    /// <param name="room">The number of tokens for which a tensor has room.</param>
    /// <param name="slices">The tokens and their places in pages.</param>
    public static void Out(DecoderGraph graph, OrtValue[] tensors, int room, ReadOnlySpan<PageSlice> slices) =>
        InHost(graph, tensors, room, slices, intoPages: true);

    /// <summary>Copies from pages into tensors in host memory.</summary>
    /// <inheritdoc cref="Out"/>
    public static void In(DecoderGraph graph, OrtValue[] tensors, int room, ReadOnlySpan<PageSlice> slices) =>
        InHost(graph, tensors, room, slices, intoPages: false);

    /// <summary>Copies from a device's memory into pages, with one copy for each head: through one long page.</summary>
    /// <inheritdoc cref="Out"/>
    public static void FromDevice(DecoderGraph graph, OrtValue[] tensors, int room, ReadOnlySpan<PageSlice> slices)
    {
        PageSlice whole = Whole(graph, slices);
        Exchange(graph, tensors, room, whole, graph.Session.Host.Copy);
        Repack(graph, slices, whole, intoWhole: false);
    }

    /// <summary>Copies from pages into a device's memory, with one copy for each head: through one long page.</summary>
    /// <inheritdoc cref="Out"/>
    public static void ToDevice(DecoderGraph graph, OrtValue[] tensors, int room, ReadOnlySpan<PageSlice> slices)
    {
        PageSlice whole = Whole(graph, slices);
        Repack(graph, slices, whole, intoWhole: true);
        Exchange(graph, tensors, room, whole, (device, host) => graph.Session.Host.Copy(host, device));
    }

    static void InHost(DecoderGraph graph, OrtValue[] tensors, int room, ReadOnlySpan<PageSlice> slices, bool intoPages)
    {
        KeyValueShape shape = KeyValueShape.Of(graph);
        int row = shape.RowBytes;
        for (int tensor = 0; tensor < tensors.Length; tensor++)
        {
            Span<byte> memory = tensors[tensor].GetTensorMutableRawData();
            foreach (PageSlice slice in slices)
            {
                for (int head = 0; head < shape.Heads; head++)
                {
                    Span<byte> live = memory.Slice(((head * room) + slice.Start) * row, slice.Count * row);
                    Span<byte> paged = Rows(shape, slice, tensor, head);
                    (intoPages ? live : paged).CopyTo(intoPages ? paged : live);
                }
            }
        }
    }

    static PageSlice Whole(DecoderGraph graph, ReadOnlySpan<PageSlice> slices)
    {
        int start = slices[0].Start, count = slices[^1].Start + slices[^1].Count - start;
        return new PageSlice(KeyValueShape.Of(graph).CreatePage(count), start, count);
    }

    static void Repack(DecoderGraph graph, ReadOnlySpan<PageSlice> slices, PageSlice whole, bool intoWhole)
    {
        KeyValueShape shape = KeyValueShape.Of(graph);
        foreach (PageSlice slice in slices)
        {
            PageSlice part = whole with { Start = slice.Start, Count = slice.Count, At = slice.Start - whole.Start };
            for (int i = 0; i < shape.Tensors * shape.Heads; i++)
            {
                Span<byte> paged = Rows(shape, slice, i / shape.Heads, i % shape.Heads), packed = Rows(shape, part, i / shape.Heads, i % shape.Heads);
                (intoWhole ? paged : packed).CopyTo(intoWhole ? packed : paged);
            }
        }
    }

    /// <summary>Copies the rows of each head with ONNX Runtime, between views of the tensors and views of a page.</summary>
    static void Exchange(
        DecoderGraph graph, OrtValue[] tensors, int room, PageSlice slice, Action<IReadOnlyList<OrtValue>, IReadOnlyList<OrtValue>> copy)
    {
        KeyValueShape shape = KeyValueShape.Of(graph);
        using OrtMemoryInfo memory = graph.Session.Device.Provider.GetMemoryInfo();
        var views = new List<OrtValue>();
        try
        {
            long[] rows = [slice.Count, shape.HeadSize];
            for (int i = 0; i < shape.Tensors * shape.Heads; i++)
            {
                Span<byte> paged = Rows(shape, slice, i / shape.Heads, i % shape.Heads);
                nint start = Address(tensors[i / shape.Heads].GetTensorMutableRawData()) + ((nint)(((i % shape.Heads) * room) + slice.Start) * shape.RowBytes);
                views.Add(OrtValue.CreateTensorValueWithData(memory, shape.Type, rows, start, paged.Length));
                views.Add(OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, shape.Type, rows, Address(paged), paged.Length));
            }

            copy([.. views.Where((_, i) => i % 2 == 0)], [.. views.Where((_, i) => i % 2 != 0)]);
            GC.KeepAlive(slice.Page);
        }
        finally
        {
            views.ForEach(view => view.Dispose());
        }
    }

    /// <summary>Returns the place of some tokens of one head in a page.</summary>
    static Span<byte> Rows(KeyValueShape shape, PageSlice slice, int tensor, int head)
    {
        int heads = shape.Tensors * shape.Heads, stride = slice.Page.Length / heads;
        return slice.Page.AsSpan((((tensor * shape.Heads) + head) * stride) + (slice.At * shape.RowBytes), slice.Count * shape.RowBytes);
    }

    // Pages are pinned, and tensors are native memory or, on a device, an address that is only passed on.
    static unsafe nint Address(Span<byte> memory) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
}
