using System.Text.Json;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads a <c>tokenizer.json</c>, the format of the Hugging Face <c>tokenizers</c> library, without reflection.</summary>
public static class TokenizerReader
{
    /// <summary>Loads a tokenizer from a file.</summary>
    /// <param name="path">The path of a <c>tokenizer.json</c>.</param>
    /// <exception cref="TokenizerFormatException">
    /// The file is missing, damaged, or requires an unsupported part (Unigram is not supported yet).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The process runs in invariant globalization mode, where Unicode normalization does nothing.
    /// </exception>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new TokenizerFormatException($"The tokenizer file '{path}' does not exist.");
        }

        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (TokenizerFormatException error)
        {
            throw new TokenizerFormatException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>Reads a tokenizer from the contents of a file.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8.</param>
    /// <exception cref="TokenizerFormatException">
    /// The JSON is damaged or requires an unsupported part (Unigram is not supported yet).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The process runs in invariant globalization mode, where Unicode normalization does nothing.
    /// </exception>
    public static Tokenizer Parse(ReadOnlyMemory<byte> utf8Json)
    {
        UnicodeData.EnsureNormalization();
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json);
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new TokenizerFormatException($"The content is not a valid tokenizer.json: {error.Message}", error);
        }
    }

    static Tokenizer Read(JsonElement root)
    {
        JsonElement model = root.GetProperty("model");
        JsonElement? pre = Optional(root, "pre_tokenizer");
        AddedToken[] added = Optional(root, "added_tokens") is { } list ? [.. list.EnumerateArray().Select(ReadAdded)] : [];
        JsonElement? norm = Optional(root, "normalizer");
        bool modelSpells = pre is { } last && PreTokenizerReader.EndsByteLevel(last) && TokenizerModels.IsBytePair(model);
        bool byteLevel = (pre is { } p && PreTokenizerReader.IsByteLevel(p)) || (norm is { } n && NormalizerReader.IsByteLevel(n));
        Normalizer? normalizer = norm is { } m ? NormalizerReader.Read(m) : null;
        PreTokenizer splitter = pre is { } q ? PreTokenizerReader.Read(q, modelSpells) : new WholePreTokenizer();
        (TokenModel tokenModel, Dictionary<string, int> vocabulary, TokenSpelling spelling, string continuation) =
            TokenizerModels.Read(model, byteLevel, modelSpells ? SymbolKind.Bytes : SymbolKind.CodePoints);
        var bytes = new TokenBytes(vocabulary, added, spelling, continuation);
        PostProcessor post = Optional(root, "post_processor") is { } r ? TokenizerParts.Post(r) : PostProcessor.None;
        bool dropsSpace = spelling != TokenSpelling.ByteLevel
            && (spelling == TokenSpelling.WordPiece || (Optional(root, "decoder") is { } d && TokenizerParts.DropsFirstSpace(d)));
        return new Tokenizer(vocabulary, added, normalizer, splitter, tokenModel, post, bytes, dropsSpace)
        {
            MaxTokens = Optional(root, "truncation") is { } cut && Optional(cut, "max_length") is { } longest ? longest.GetInt32() : null,
        };
    }

    static AddedToken ReadAdded(JsonElement token) => new(
        token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!,
        Flag(token, "special"), Flag(token, "normalized"), Flag(token, "lstrip"), Flag(token, "rstrip"), Flag(token, "single_word"));

    internal static JsonElement? Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static bool Flag(JsonElement element, string name, bool otherwise = false) =>
        Optional(element, name) is { } value ? value.GetBoolean() : otherwise;

    internal static string Text(JsonElement element, string name, string otherwise = "") =>
        Optional(element, name) is { } value ? value.GetString() ?? otherwise : otherwise;
}
