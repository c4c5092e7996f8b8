using System.Collections.Frozen;
using System.Text;
using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Converts text to token IDs and back, as a <c>tokenizer.json</c> describes: byte-level and SentencePiece-like byte-pair encoding (GPT-2,
/// Qwen, Llama, Phi, Gemma, SmolLM, Whisper) and WordPiece (BERT, DistilBERT, MiniLM). Immutable and thread-safe. Load it with
/// <see cref="TokenizerReader"/>.
/// </summary>
/// <remarks>
/// Every string can be encoded, including noncharacters, unassigned code points and lone surrogates. Character properties (letter, digit,
/// upper case) follow the Unicode version of .NET. The reference's tables for BERT's punctuation, format characters and accents are older,
/// so characters that Unicode added since version 8 may be split differently there. The time grows as n log n with the length of the text,
/// even if it is one word.
/// </remarks>
public sealed class Tokenizer
{
    readonly FrozenDictionary<string, int> _ids;
    readonly (AddedTokenSplitter Raw, AddedTokenSplitter Normalized) _all;
    readonly (AddedTokenSplitter Raw, AddedTokenSplitter Normalized) _ordinary;
    readonly Normalizer? _normalizer;
    readonly PreTokenizer _preTokenizer;
    readonly TokenModel _model;
    readonly PostProcessor _post;
    readonly TokenBytes _bytes;
    readonly bool _dropsFirstSpace;
    readonly ModelFile _file;

    internal Tokenizer(
        ModelFile file,
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added, Normalizer? normalizer,
        PreTokenizer preTokenizer, TokenModel model, PostProcessor post, TokenBytes bytes, bool dropsFirstSpace)
    {
        (_file, AddedTokens) = (file, added);
        var ids = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        foreach (AddedToken token in added)
        {
            ids[token.Content] = token.Id;
        }

        _ids = ids.ToFrozenDictionary(StringComparer.Ordinal);
        AddedToken[] raw = [.. added.Where(t => !t.Normalized)];

        // A token that is matched in the normalized text must be normalized itself.
        AddedToken[] normalized = [.. added.Where(t => t.Normalized).Select(t => t with { Content = Normalized(t.Content) })];
        _all = (new(raw), new(normalized));
        _ordinary = (new(raw.Where(t => !t.Special)), new(normalized.Where(t => !t.Special)));
        (_normalizer, _preTokenizer, _model) = (normalizer, preTokenizer, model);
        (_post, _bytes, _dropsFirstSpace) = (post, bytes, dropsFirstSpace);

        string Normalized(string content) => normalizer?.Normalize(content, new TextBudget(file, content.Length)) ?? content;
    }

    /// <summary>Gets the size of the vocabulary: the largest ID plus one.</summary>
    public int VocabularySize => _bytes.Count;

    /// <summary>Gets the tokens in addition to the model's vocabulary, including control tokens.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>
    /// Gets the maximum number of IDs per text for the model, including those around the text, or <see langword="null"/> if the file does
    /// not specify it.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>Finds the ID of a token by its spelling in the vocabulary.</summary>
    /// <param name="token">The token, for example <c>&lt;|im_end|&gt;</c>.</param>
    /// <returns>The ID, or <see langword="null"/> if the vocabulary has no such token.</returns>
    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Encodes a text like the <c>tokenizers</c> library of Hugging Face.</summary>
    /// <param name="text">The text. A lone surrogate, which that library rejects, counts as U+FFFD.</param>
    /// <param name="wrap">Whether to add the tokenizer's tokens around a text, such as <c>[CLS]</c> and <c>[SEP]</c>.</param>
    /// <param name="controlTokens">
    /// Whether control tokens spelled out in the text are recognized. Use <see langword="false"/> for untrusted text, which must not be
    /// able to end a turn by spelling <c>&lt;|im_end|&gt;</c>; it is then encoded like any other text. Added tokens that are not control
    /// tokens, such as placeholders, are always recognized.
    /// </param>
    /// <returns>The token IDs.</returns>
    /// <exception cref="TokenizerFormatException">
    /// The file's patterns take exponential time on the text, or its rules make the text many times longer. Real tokenizers do neither.
    /// </exception>
    public List<int> Encode(string text, bool wrap = false, bool controlTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3 + 4);
        if (wrap)
        {
            ids.AddRange(_post.Before.AsSpan());
        }

        Append(ids, text, controlTokens, first: true);
        if (wrap)
        {
            ids.AddRange(_post.Behind.AsSpan());
        }

        return ids;
    }

    /// <summary>Encodes a text with the tokenizer's tokens around it, truncated to a maximum length.</summary>
    /// <param name="text">The text, as in <see cref="Encode"/>; control tokens spelled out in it are ordinary text.</param>
    /// <param name="maxTokens">The maximum number of IDs, at least the number of tokens around a text.</param>
    /// <returns>At most <paramref name="maxTokens"/> IDs.</returns>
    public List<int> EncodeWithin(string text, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, _post.Before.Length + _post.Behind.Length);
        List<int> ids = Encode(text, wrap: true, controlTokens: false);
        if (ids.Count > maxTokens)
        {
            int kept = maxTokens - _post.Behind.Length;
            ids.RemoveRange(kept, ids.Count - kept);
            ids.AddRange(_post.Behind.AsSpan());
        }

        return ids;
    }

    /// <summary>Appends the IDs of a text, without the tokens around it.</summary>
    /// <param name="ids">The list that receives the IDs.</param>
    /// <param name="text">The text, as in <see cref="Encode"/>.</param>
    /// <param name="controlTokens">Whether control tokens spelled out in the text are recognized.</param>
    public void AppendTo(List<int> ids, string text, bool controlTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(text);
        Append(ids, text, controlTokens, first: ids.Count == 0);
    }

    /// <summary>Decodes IDs to text. Control tokens are omitted.</summary>
    /// <param name="ids">The IDs.</param>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        IncrementalDecoder decoder = CreateDecoder();
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Complete()).ToString();
    }

    /// <summary>Creates a decoder for IDs that arrive one by one.</summary>
    public IncrementalDecoder CreateDecoder() => new(_bytes, _dropsFirstSpace);

    void Append(List<int> ids, string text, bool controlTokens, bool first)
    {
        (AddedTokenSplitter rawTokens, AddedTokenSplitter normalizedTokens) = controlTokens ? _all : _ordinary;
        var budget = new TextBudget(_file, text.Length);
        ForEachPart(rawTokens, UnicodeText.WithoutLoneSurrogates(text), first, ids, (raw, isFirst) =>
            ForEachPart(normalizedTokens, Normalize(raw, budget), isFirst, ids, (part, begins) => Pieces(part, begins, ids, budget)));
    }

    string Normalize(string text, TextBudget budget)
    {
        if (_normalizer is null)
        {
            return text;
        }

        string normalized = _normalizer.Normalize(text, budget);
        budget.RequireLength(normalized.Length);
        return normalized;
    }

    static void ForEachPart(AddedTokenSplitter splitter, string text, bool first, List<int> ids, Action<string, bool> ordinary)
    {
        int from = 0, search = 0;
        while (splitter.Next(text, from, ref search, out int start, out int end) is { } token)
        {
            if (start > from)
            {
                ordinary(text[from..start], first && from == 0);
            }

            ids.Add(token.Id);
            from = end;
        }

        if (from < text.Length)
        {
            ordinary(from == 0 ? text : text[from..], first && from == 0);
        }
    }

    void Pieces(string text, bool first, List<int> ids, TextBudget budget)
    {
        var pieces = new List<TextPiece>();
        _preTokenizer.Split(new TextPiece(text, first), pieces, budget);
        foreach (TextPiece piece in pieces)
        {
            _model.Encode(piece.Span, ids);
        }
    }
}
