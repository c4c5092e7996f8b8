using System.Collections.Immutable;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>Represents a decoder's session with the names of its layout resolved and checked against the graph.</summary>
sealed class DecoderGraph : IDisposable
{
    public DecoderGraph(OnnxSession session, LanguageModelLayout layout, int maxLength)
    {
        (Session, Layout) = (session, layout);
        InputIds = session.Input(layout.InputIds).Name;
        HasMask = session.Inputs.ContainsKey(layout.AttentionMask);
        HasPositions = session.Inputs.ContainsKey(layout.PositionIds);
        int layers = layout.Layers > 0 ? layout.Layers : CountLayers();
        Past = [.. Names(layers, layout.PastKeys, layout.PastValues).Select(n => session.Input(n).Name)];
        Present = [.. Names(layers, layout.PresentKeys, layout.PresentValues).Select(n => session.Output(n).Name)];
        TensorDescription cache = session.Input(Past[0]), logits = session.Output(layout.Logits);
        if (cache.Shape.Length != 4)
        {
            throw new OnnxModelException($"'{session.Name}': '{cache}' must have four dimensions: batch, heads, length and head size.");
        }

        CacheType = cache.ElementType;
        Heads = cache.Shape[1] > 0 ? cache.Shape[1] : layout.KeyValueHeads;
        HeadSize = cache.Shape[3] > 0 ? cache.Shape[3] : layout.HeadSize;
        if (Heads <= 0 || HeadSize <= 0)
        {
            throw new OnnxModelException($"'{session.Name}': neither '{cache}' nor the configuration specifies the number and size of the key/value heads.");
        }

        LogitsType = logits.ElementType;
        if (LogitsType is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16))
        {
            throw new OnnxModelException($"'{session.Name}': logits of type {LogitsType} are not supported; the supported types are Float, Float16 and BFloat16.");
        }

        Vocabulary = logits.Shape.Length == 3 ? logits.Shape[2] : -1;
        RejectUnknownInputs();
        MaxLength = layout.ContextLength > 0 ? Math.Min(maxLength, layout.ContextLength) : maxLength;
        Masks = new AttentionMasks(MaxLength);
    }

    public OnnxSession Session { get; }

    public LanguageModelLayout Layout { get; }

    public string InputIds { get; }

    public bool HasMask { get; }

    public bool HasPositions { get; }

    /// <summary>The past inputs and the present outputs, in the same order.</summary>
    public ImmutableArray<string> Past { get; }

    public ImmutableArray<string> Present { get; }

    public TensorElementType CacheType { get; }

    public TensorElementType LogitsType { get; }

    public long Heads { get; }

    public long HeadSize { get; }

    /// <summary>The width of a row of logits, or -1 if the graph leaves it open.</summary>
    public long Vocabulary { get; }

    /// <summary>The maximum number of tokens in a sequence.</summary>
    public int MaxLength { get; }

    public AttentionMasks Masks { get; }

    /// <summary>The size of one element of the cache, in bytes.</summary>
    public int CacheElementSize => TensorBase.GetElementTypeInfo(CacheType)!.TypeSize;

    public void Dispose()
    {
        Masks.Dispose();
        Session.Dispose();
    }

    static IEnumerable<string> Names(int layers, string keys, string values) =>
        Enumerable.Range(0, layers).SelectMany(i => new[] { LanguageModelLayout.Name(keys, i), LanguageModelLayout.Name(values, i) });

    int CountLayers()
    {
        int layers = 0;
        while (Session.Inputs.ContainsKey(LanguageModelLayout.Name(Layout.PastKeys, layers)))
        {
            layers++;
        }

        return layers > 0 ? layers : throw new OnnxModelException(
            $"'{Session.Name}' has no input '{LanguageModelLayout.Name(Layout.PastKeys, 0)}', so it cannot keep keys and values between runs. Export it with past (text-generation-with-past). Its inputs are: {Session.DescribeInputs()}.");
    }

    void RejectUnknownInputs()
    {
        string? unknown = Session.Inputs.Keys.FirstOrDefault(
            n => n != InputIds && n != Layout.AttentionMask && n != Layout.PositionIds && !Past.Contains(n));
        if (unknown == "use_cache_branch")
        {
            throw new OnnxModelException($"'{Session.Name}' is an old merged export (use_cache_branch), which is not supported. Export it again with a current version of Optimum.");
        }

        if (unknown is not null)
        {
            throw new OnnxModelException($"'{Session.Name}' has the input '{unknown}', which is not part of any supported layout of a decoder-only model.");
        }
    }
}
