using System.Text.Json;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
static class TokenizerModels
{
    public static (TokenModel Model, Dictionary<string, int> Vocabulary, TokenSpelling Spelling, string Continuation) Read(
        JsonElement model, bool byteLevel, SymbolKind symbols)
    {
        string type = Type(model);
        if (type == "Unigram")
        {
            throw new TokenizerFormatException(
                "The model is Unigram, which is not supported yet. The supported models are BPE (GPT-2, Qwen, Llama, Phi, Gemma) and WordPiece (BERT, MiniLM).");
        }

        if (type is not ("BPE" or "WordPiece"))
        {
            throw new TokenizerFormatException($"The model '{type}' is not supported; the supported models are BPE and WordPiece.");
        }

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty entry in model.GetProperty("vocab").EnumerateObject())
        {
            vocabulary[entry.Name] = entry.Value.GetInt32();
        }

        string continuation = TokenizerReader.Text(model, "continuing_subword_prefix", type == "WordPiece" ? "##" : "");
        if (type == "WordPiece")
        {
            int longest = TokenizerReader.Optional(model, "max_input_chars_per_word")?.GetInt32() ?? 100;
            var words = new WordPieceModel(vocabulary, TokenizerReader.Text(model, "unk_token", "[UNK]"), continuation, longest);
            return (words, vocabulary, TokenSpelling.WordPiece, continuation);
        }

        if (continuation.Length > 0 || TokenizerReader.Text(model, "end_of_word_suffix").Length > 0)
        {
            throw new TokenizerFormatException("The BPE model marks word parts with a prefix or suffix, which is not supported.");
        }

        var pairs = new BytePairModel(
            vocabulary, ReadMerges(model.GetProperty("merges"), vocabulary), symbols,
            TokenizerReader.Flag(model, "ignore_merges"), TokenizerReader.Flag(model, "byte_fallback"), TokenizerReader.Flag(model, "fuse_unk"),
            TokenizerReader.Optional(model, "unk_token")?.GetString());
        return (pairs, vocabulary, byteLevel ? TokenSpelling.ByteLevel : TokenSpelling.Metaspace, "");
    }

    /// <summary>Whether the model is a byte-pair encoding.</summary>
    public static bool IsBytePair(JsonElement model) => Type(model) == "BPE";

    // Older files omit the type.
    static string Type(JsonElement model) => TokenizerReader.Text(model, "type") is { Length: > 0 } type ? type
        : model.GetProperty("vocab").ValueKind == JsonValueKind.Array ? "Unigram"
        : TokenizerReader.Optional(model, "merges") is null ? "WordPiece" : "BPE";

    static BytePairMerges ReadMerges(JsonElement merges, Dictionary<string, int> vocabulary)
    {
        return new BytePairMerges(merges.EnumerateArray().Select(Pair), merges.GetArrayLength());

        (int Left, int Right, int Joined) Pair(JsonElement merge)
        {
            string left, right;
            if (merge.ValueKind == JsonValueKind.Array)
            {
                (left, right) = (merge[0].GetString()!, merge[1].GetString()!);
            }
            else
            {
                string both = merge.GetString()!;
                int space = both.IndexOf(' ', StringComparison.Ordinal);
                (left, right) = (both[..space], both[(space + 1)..]);
            }

            return (Id(left), Id(right), Id(left + right));
        }

        int Id(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new TokenizerFormatException($"A merge names '{token}', which is not in the vocabulary.");
    }
}
