using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Reads a bare <c>vocab.txt</c>, the WordPiece vocabulary of BERT with one entry per line, and the <c>tokenizer_config.json</c> next to
/// it.
/// </summary>
static class VocabularyReader
{
    const int LongestWord = 100;

    // "No limit" is a very large number in tokenizer_config.json.
    const double LargestLimit = 1_000_000;

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">The path of a <c>vocab.txt</c>.</param>
    /// <param name="lowercase">Whether the vocabulary is of lower-case text, if the configuration does not state it.</param>
    /// <exception cref="TokenizerFormatException">The vocabulary is missing, damaged, or lacks a control token.</exception>
    /// <exception cref="OnnxModelException">
    /// The configuration is damaged, contradicts <paramref name="lowercase"/>, or neither states the case.
    /// </exception>
    public static Tokenizer Load(string path, bool? lowercase)
    {
        JsonCursor? config = JsonFile.TryLoad(Path.Combine(Path.GetDirectoryName(path) ?? "", "tokenizer_config.json"));
        bool lower = Lowercase(path, config, lowercase);
        UnicodeData.EnsureNormalization();
        var file = new TokenizerFile(path);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (TextLine line in TextFile.Lines(file))
        {
            vocabulary[line.Text] = line.Number <= TokenizerLimits.Entries ? line.Number - 1 : throw line.Wrong($"is one more than the {TokenizerLimits.Entries} that are read.");
        }

        string unknown = Control(config, "unk_token", "[UNK]"), begin = Control(config, "cls_token", "[CLS]"), end = Control(config, "sep_token", "[SEP]");
        string[] optional = [Control(config, "pad_token", "[PAD]"), Control(config, "mask_token", "[MASK]")];
        var post = new PostProcessor([Find(begin)], [Find(end)]);
        AddedToken[] added =
            [.. optional.Where(vocabulary.ContainsKey).Union([unknown, begin, end]).Select(t => new AddedToken(Find(t), t, Special: true))];
        var normalizer = new BertNormalizer(
            cleanText: true, config?.Optional("tokenize_chinese_chars")?.Flag() ?? true,
            config?.Optional("strip_accents")?.Flag() ?? lower, lower);
        Find(unknown);
        var bytes = new TokenBytes(vocabulary, added, TokenSpelling.WordPiece, "##");
        return new Tokenizer(
            file, vocabulary, added, normalizer, new BertPreTokenizer(),
            new WordPieceModel(vocabulary, unknown, "##", LongestWord), post, bytes, dropsFirstSpace: true)
        {
            MaxTokens = MaxTokens(config),
        };

        int Find(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw file.Error(null, $"has no line {ModelFile.Quote(token)}. It is no WordPiece vocabulary, or tokenizer_config.json next to it must name the token that it has instead.");
    }

    /// <summary>Returns the maximum length that a <c>tokenizer_config.json</c> states, or <see langword="null"/>.</summary>
    public static int? MaxTokens(JsonCursor? config) =>
        config?.Optional("model_max_length")?.Number(1, double.MaxValue) is { } limit && limit < LargestLimit ? (int)limit : null;

    static bool Lowercase(string path, JsonCursor? config, bool? option)
    {
        bool? stated = config?.Optional("do_lower_case")?.Flag();
        if (stated is not null && option is not null && stated != option)
        {
            throw config!.Value.Optional("do_lower_case")!.Value.Wrong($"is {stated}, but the options say {option}. Leave the option unset.");
        }

        return stated ?? option ?? throw new OnnxModelException(
            $"Nothing states whether '{path}' is a vocabulary of lower-case text. Put a tokenizer_config.json with do_lower_case next to it, or set the option Lowercase.");
    }

    // The token itself, or an object with its content.
    static string Control(JsonCursor? config, string name, string otherwise) => config?.Optional(name) is not { } token ? otherwise
        : token.IsObject ? token.Field("content").Text() : token.Text();
}
