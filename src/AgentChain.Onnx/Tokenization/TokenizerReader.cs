using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Reads a <c>tokenizer.json</c>, the format of the Hugging Face <c>tokenizers</c> library, without reflection. The file can come from an
/// untrusted source: reading it takes time and memory in proportion to its size, and ends in a tokenizer or in one exception that names the
/// field.
/// </summary>
/// <remarks>
/// A file can have up to 128 MiB, 4,194,304 tokens, IDs up to 4,194,303, tokens of up to 4096 characters and patterns of up to 8192. Fields
/// that change the IDs in an unsupported way are rejected: <c>dropout</c>, truncation on the left, and prefixes or suffixes of word parts
/// in BPE. Ignored are <c>padding</c>, <c>version</c>, the template for pairs, offsets (<c>trim_offsets</c>) and everything unknown.
/// </remarks>
public static class TokenizerReader
{
    /// <summary>Loads a tokenizer from a file.</summary>
    /// <param name="path">The path of a <c>tokenizer.json</c>.</param>
    /// <exception cref="TokenizerFormatException">
    /// The file is missing, damaged, or requires an unsupported part (Unigram is not supported yet). The message names the path and the
    /// field.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The process runs in invariant globalization mode, where Unicode normalization does nothing.
    /// </exception>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        UnicodeData.EnsureNormalization();
        var file = new TokenizerFile(path);
        return JsonFile.Read(file, JsonFile.TokenizerLimit, root => Read(file, root));
    }

    /// <summary>Reads a tokenizer from the contents of a file.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8.</param>
    /// <exception cref="TokenizerFormatException">
    /// The JSON is damaged or requires an unsupported part (Unigram is not supported yet). The message names the field.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The process runs in invariant globalization mode, where Unicode normalization does nothing.
    /// </exception>
    public static Tokenizer Parse(ReadOnlyMemory<byte> utf8Json)
    {
        UnicodeData.EnsureNormalization();
        var file = new TokenizerFile("tokenizer.json");
        return JsonFile.Parse(file, utf8Json, root => Read(file, root));
    }

    static Tokenizer Read(TokenizerFile file, JsonCursor root)
    {
        JsonCursor model = root.Field("model");
        JsonCursor? pre = root.Optional("pre_tokenizer"), norm = root.Optional("normalizer");
        AddedToken[] added = root.Optional("added_tokens") is { } list ? ReadAdded(list) : [];
        bool modelSpells = pre is { } last && PreTokenizerReader.EndsByteLevel(last) && TokenizerModels.IsBytePair(model);
        bool byteLevel = (pre is { } p && PreTokenizerReader.IsByteLevel(p)) || (norm is { } n && NormalizerReader.IsByteLevel(n));
        Normalizer? normalizer = norm is { } m ? NormalizerReader.Read(m) : null;
        PreTokenizer splitter = pre is { } q ? PreTokenizerReader.Read(q, modelSpells) : new WholePreTokenizer();
        (TokenModel tokenModel, Dictionary<string, int> vocabulary, TokenSpelling spelling, string continuation) =
            TokenizerModels.Read(model, byteLevel, modelSpells ? SymbolKind.Bytes : SymbolKind.CodePoints);
        var bytes = new TokenBytes(vocabulary, added, spelling, continuation);
        PostProcessor post = root.Optional("post_processor") is { } r ? TokenizerParts.Post(r) : PostProcessor.None;
        bool dropsSpace = spelling != TokenSpelling.ByteLevel
            && (spelling == TokenSpelling.WordPiece || (root.Optional("decoder") is { } d && TokenizerParts.DropsFirstSpace(d)));
        return new Tokenizer(file, vocabulary, added, normalizer, splitter, tokenModel, post, bytes, dropsSpace)
        {
            MaxTokens = root.Optional("truncation") is { } truncation ? MaxTokens(truncation, post) : null,
        };
    }

    // The automaton that finds these tokens in a text takes up to 100 bytes for each of their characters.
    static AddedToken[] ReadAdded(JsonCursor list)
    {
        var added = new List<AddedToken>();
        int characters = 0;
        foreach (JsonCursor token in list.Items(TokenizerLimits.Entries))
        {
            JsonCursor content = token.Field("content");
            added.Add(new(
                token.Field("id").Integer(0, TokenizerLimits.Id), content.Text(TokenizerLimits.AddedToken),
                token.Flag("special"), token.Flag("normalized"), token.Flag("lstrip"), token.Flag("rstrip"), token.Flag("single_word")));
            characters += added[^1].Content.Length;
            if (characters > TokenizerLimits.AddedCharacters)
            {
                throw content.Wrong(FormattableString.Invariant($"brings the characters of all added tokens above {TokenizerLimits.AddedCharacters:N0}."));
            }
        }

        return [.. added];
    }

    static int? MaxTokens(JsonCursor truncation, PostProcessor post)
    {
        if (truncation.Text("direction", "Right") != "Right")
        {
            throw truncation.Field("direction").Wrong("is not 'Right', but only the end of a text can be cut off.");
        }

        return truncation.Optional("max_length")?.Integer(Math.Max(1, post.Before.Length + post.Behind.Length), int.MaxValue);
    }
}
