using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
static class TokenizerModels
{
    public static (TokenModel Model, Dictionary<string, int> Vocabulary, TokenSpelling Spelling, string Continuation) Read(
        JsonCursor model, bool byteLevel, SymbolKind symbols)
    {
        string type = Type(model);
        if (type == "Unigram")
        {
            throw model.Wrong(
                "is Unigram, which is not supported yet. The supported models are BPE (GPT-2, Qwen, Llama, Phi, Gemma) and WordPiece (BERT, MiniLM).");
        }

        if (type is not ("BPE" or "WordPiece"))
        {
            throw model.Wrong($"has the type {ModelFile.Quote(type)}, which is not supported; the supported models are BPE and WordPiece.");
        }

        Dictionary<string, int> vocabulary = ReadVocabulary(model.Field("vocab"));
        if (type == "WordPiece")
        {
            return ReadWordPiece(model, vocabulary);
        }

        foreach (string mark in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Text(mark, "").Length > 0)
            {
                throw model.Field(mark).Wrong("marks word parts of a BPE model, which is not supported.");
            }
        }

        if (model.Number("dropout", 0, 0, 1) > 0)
        {
            throw model.Field("dropout").Wrong("makes the encoding random, which is for training. Set it to null.");
        }

        var pairs = new BytePairModel(
            vocabulary, ReadMerges(model.Field("merges"), vocabulary), symbols,
            model.Flag("ignore_merges"), model.Flag("byte_fallback"), model.Flag("fuse_unk"),
            model.Optional("unk_token")?.Text(TokenizerLimits.Token));
        return (pairs, vocabulary, byteLevel ? TokenSpelling.ByteLevel : TokenSpelling.Metaspace, "");
    }

    /// <summary>Whether the model is a byte-pair encoding.</summary>
    public static bool IsBytePair(JsonCursor model) => Type(model) == "BPE";

    // Older files omit the type.
    static string Type(JsonCursor model) => model.Text("type", "") is { Length: > 0 } type ? type
        : model.Field("vocab").IsArray ? "Unigram"
        : model.Has("merges") ? "BPE" : "WordPiece";

    static Dictionary<string, int> ReadVocabulary(JsonCursor entries)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, JsonCursor id) in entries.Entries(TokenizerLimits.Entries))
        {
            if (token.Length > TokenizerLimits.Token)
            {
                throw id.Wrong(FormattableString.Invariant($"is a token of {token.Length:N0} characters; at most {TokenizerLimits.Token:N0} are read."));
            }

            vocabulary[token] = id.Integer(0, TokenizerLimits.Id);
        }

        return vocabulary;
    }

    static (TokenModel, Dictionary<string, int>, TokenSpelling, string) ReadWordPiece(JsonCursor model, Dictionary<string, int> vocabulary)
    {
        string continuation = model.Text("continuing_subword_prefix", "##"), unknown = model.Text("unk_token", "[UNK]");
        if (!vocabulary.ContainsKey(unknown))
        {
            throw model.Wrong($"has the unknown token {ModelFile.Quote(unknown)} (unk_token), which is not in its vocabulary.");
        }

        int longest = model.Integer("max_input_chars_per_word", 100, 0, TokenizerLimits.Word);
        return (new WordPieceModel(vocabulary, unknown, continuation, longest), vocabulary, TokenSpelling.WordPiece, continuation);
    }

    static BytePairMerges ReadMerges(JsonCursor merges, Dictionary<string, int> vocabulary)
    {
        return new BytePairMerges(merges.Items(TokenizerLimits.Entries).Select(Pair), merges.Count(TokenizerLimits.Entries));

        (int Left, int Right, int Joined) Pair(JsonCursor merge)
        {
            string[] parts = merge.IsArray
                ? [.. merge.Items(2).Select(part => part.Text())]
                : merge.Text((2 * TokenizerLimits.Token) + 1).Split(' ');
            return parts.Length == 2
                ? (Id(merge, parts[0]), Id(merge, parts[1]), Id(merge, parts[0] + parts[1]))
                : throw merge.Wrong("is not a pair of tokens: an array of two strings, or two strings with a space between them.");
        }

        int Id(JsonCursor merge, string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw merge.Wrong($"names {ModelFile.Quote(token)}, which is not in the vocabulary.");
    }
}
