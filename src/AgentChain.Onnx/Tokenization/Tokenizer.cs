using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Text to token ids and back, as a <c>tokenizer.json</c> describes it: byte-level and sentence-piece-like byte-pair encoding
/// (GPT-2, Qwen, Llama, Phi, Gemma, SmolLM, Whisper) and WordPiece (BERT, DistilBERT, MiniLM). Immutable and thread-safe. Load it with
/// <see cref="TokenizerReader"/>.
/// </summary>
/// <remarks>
/// Every string is encoded: noncharacters, unassigned code points and lone surrogates too. What a character is (a letter, a digit, upper
/// case) is decided by the Unicode version of .NET; the reference's tables for BERT's punctuation, format characters and accents are older,
/// so that characters which Unicode added since version 8 may be split differently there. The time grows as n log n with the length of the
/// text, also where it is one word.
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

    internal Tokenizer(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added, Normalizer? normalizer,
        PreTokenizer preTokenizer, TokenModel model, PostProcessor post, TokenBytes bytes, bool dropsFirstSpace)
    {
        AddedTokens = added;
        var ids = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        foreach (AddedToken token in added)
        {
            ids[token.Content] = token.Id;
        }

        _ids = ids.ToFrozenDictionary(StringComparer.Ordinal);
        AddedToken[] raw = [.. added.Where(t => !t.Normalized)];

        // A token that is looked for in the normalized text is written as that text would have it.
        AddedToken[] normalized = [.. added.Where(t => t.Normalized).Select(t => t with { Content = normalizer?.Normalize(t.Content) ?? t.Content })];
        _all = (new(raw), new(normalized));
        _ordinary = (new(raw.Where(t => !t.Special)), new(normalized.Where(t => !t.Special)));
        (_normalizer, _preTokenizer, _model) = (normalizer, preTokenizer, model);
        (_post, _bytes, _dropsFirstSpace) = (post, bytes, dropsFirstSpace);
    }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize => _bytes.Count;

    /// <summary>The tokens beside the model's vocabulary, control tokens among them.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>The most ids of a text that its model was made for, what stands around it included, or <see langword="null"/> where the file does not say.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The id of a token as the vocabulary spells it.</summary>
    /// <param name="token">For example <c>&lt;|im_end|&gt;</c>.</param>
    /// <returns>The id, or <see langword="null"/> where the vocabulary has no such token.</returns>
    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Encodes a text, as the <c>tokenizers</c> library of Hugging Face does.</summary>
    /// <param name="text">Any text. A surrogate without its partner, which that library refuses, counts as U+FFFD.</param>
    /// <param name="wrap">Whether to add what the tokenizer puts around a text, such as <c>[CLS]</c> and <c>[SEP]</c>.</param>
    /// <param name="controlTokens">
    /// Whether control tokens written out in the text count as such. Turn it off for text from outside, which must not be able to end a
    /// turn by spelling <c>&lt;|im_end|&gt;</c>: it is then encoded like any other text. Added tokens that are no control tokens, such as
    /// placeholders, always count.
    /// </param>
    /// <returns>The ids.</returns>
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

    /// <summary>Encodes a text with what the tokenizer puts around it, cut so that everything fits.</summary>
    /// <param name="text">Any text, as in <see cref="Encode"/>; control tokens written out in it are ordinary text.</param>
    /// <param name="maxTokens">The most ids to give, at least as many as stand around a text.</param>
    /// <returns>At most <paramref name="maxTokens"/> ids.</returns>
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

    /// <summary>Appends the ids of a text, without anything around it.</summary>
    /// <param name="ids">Receives the ids.</param>
    /// <param name="text">Any text, as in <see cref="Encode"/>.</param>
    /// <param name="controlTokens">Whether control tokens written out in the text count as such.</param>
    public void AppendTo(List<int> ids, string text, bool controlTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(text);
        Append(ids, text, controlTokens, first: ids.Count == 0);
    }

    /// <summary>Decodes ids at once; control tokens are left out.</summary>
    /// <param name="ids">The ids.</param>
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

    /// <summary>A decoder for ids that come one by one.</summary>
    public IncrementalDecoder CreateDecoder() => new(_bytes, _dropsFirstSpace);

    void Append(List<int> ids, string text, bool controlTokens, bool first)
    {
        (AddedTokenSplitter rawTokens, AddedTokenSplitter normalizedTokens) = controlTokens ? _all : _ordinary;
        ForEachPart(rawTokens, UnicodeText.WithoutLoneSurrogates(text), first, ids, (raw, isFirst) =>
            ForEachPart(normalizedTokens, _normalizer?.Normalize(raw) ?? raw, isFirst, ids, (part, begins) => Pieces(part, begins, ids)));
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

    void Pieces(string text, bool first, List<int> ids)
    {
        var pieces = new List<TextPiece>();
        _preTokenizer.Split(new TextPiece(text, first), pieces);
        foreach (TextPiece piece in pieces)
        {
            _model.Encode(piece.Span, ids);
        }
    }
}
