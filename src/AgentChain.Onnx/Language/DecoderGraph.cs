using System.Collections.Immutable;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.Onnx.Language;

/// <summary>Represents a decoder's session with the names of its layout resolved and checked against the graph.</summary>
sealed class DecoderGraph : IDisposable
{
    const long LargestVocabulary = 1 << 24;

    public DecoderGraph(OnnxSession session, LanguageModelLayout layout, int maxLength)
    {
        (Session, Layout) = (session, layout);
        Fingerprint = ModelFingerprint.Of(layout.ModelPath);
        InputIds = RequireIds(layout.InputIds).Name;
        HasMask = session.Inputs.ContainsKey(layout.AttentionMask) && RequireIds(layout.AttentionMask) is not null;
        HasPositions = session.Inputs.ContainsKey(layout.PositionIds) && RequireIds(layout.PositionIds) is not null;
        int layers = layout.Layers > 0 ? layout.Layers : CountLayers();
        Past = [.. Names(layers, layout.PastKeys, layout.PastValues).Select(n => session.Input(n).Name)];
        Present = [.. Names(layers, layout.PresentKeys, layout.PresentValues).Select(n => session.Output(n).Name)];
        DecoderCacheShape cache = DecoderCacheShape.Read(session, layout, Past, Present);
        (CacheType, Heads, HeadSize) = (cache.Type, cache.Heads, cache.HeadSize);
        TensorDescription logits = session.Output(layout.Logits);
        LogitsType = logits.ElementType;
        if (LogitsType is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16))
        {
            throw new OnnxModelException($"'{session.Name}': logits of type {LogitsType} are not supported; the supported types are Float, Float16 and BFloat16.");
        }

        if (logits.Shape.Length is not (0 or 3) || (logits.Shape.Length == 3 && logits.Shape[2] is 0 or > LargestVocabulary))
        {
            throw new OnnxModelException($"'{session.Name}' has the logits '{logits}'; batch, rows and a vocabulary of 1 to {LargestVocabulary} tokens are required.");
        }

        Vocabulary = logits.Shape.Length == 3 ? logits.Shape[2] : -1;
        RejectUnknownInputs();
        MaxLength = layout.ContextLength > 0 ? Math.Min(maxLength, layout.ContextLength) : maxLength;
        Masks = new AttentionMasks(MaxLength);
        session.Unloaded += Masks.Dispose;
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

    /// <summary>Tells whether another graph is of the same model: of the files as they were loaded, which can be replaced later.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>The size of one element of the cache, in bytes.</summary>
    public int CacheElementSize => TensorBase.GetElementTypeInfo(CacheType)!.TypeSize;

    /// <summary>Unloads the model, once no binding is left: until then, a cache that a host has not disposed can use the masks.</summary>
    public void Dispose() => Session.Dispose();

    /// <summary>Requires tokens that the model has. Most graphs fail with an index out of range, but some read other memory.</summary>
    /// <exception cref="OnnxModelException">The model does not have one of the tokens; a tokenizer can have more than its model.</exception>
    public void RequireKnown(ReadOnlySpan<int> tokens)
    {
        long count = Vocabulary > 0 ? Vocabulary : int.MaxValue;
        foreach (int token in tokens)
        {
            if (token < 0 || token >= count)
            {
                throw new OnnxModelException($"'{Session.Name}' has the tokens 0 to {count - 1}, but the prompt contains the token {token}. The tokenizer and the model may not match.");
            }
        }
    }

    static IEnumerable<string> Names(int layers, string keys, string values) =>
        Enumerable.Range(0, layers).SelectMany(i => new[] { LanguageModelLayout.Name(keys, i), LanguageModelLayout.Name(values, i) });

    TensorDescription RequireIds(string name)
    {
        TensorDescription input = Session.Input(name);
        return input.ElementType == TensorElementType.Int64 && input.Shape.Length is 0 or 2
            ? input
            : throw new OnnxModelException($"'{Session.Name}' has the input '{input}'; Int64 with two dimensions, batch and length, is required.");
    }

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
