using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Retrieval;

/// <summary>What the files of a sentence-transformers folder and the options together say about an encoder.</summary>
sealed record SentenceEmbedderLayout
{
    const int DefaultMaxTokens = 256, MostModules = 64, MostPoolingFields = 256;

    public required string Folder { get; init; }

    public required string ModelPath { get; init; }

    public required Tokenizer Tokenizer { get; init; }

    /// <summary>How token vectors are pooled, or <see langword="null"/> if nothing states it.</summary>
    public required SentencePooling? Pooling { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Whether texts are converted to lower case before the tokenizer.</summary>
    public required bool LowersText { get; init; }

    public required bool Normalizes { get; init; }

    public required string QueryPrefix { get; init; }

    /// <summary>The type of a step after the pooling that is not part of the graph, or <see langword="null"/>.</summary>
    public required string? MissingStep { get; init; }

    public static SentenceEmbedderLayout Read(string folder, SentenceEmbedderOptions options)
    {
        string model = ModelFolder.Model(folder);
        Tokenizer tokenizer = ReadTokenizer(folder, options);
        JsonCursor? transformer = JsonFile.TryLoad(Path.Combine(folder, "sentence_bert_config.json"));
        string prefix = options.QueryPrefix
            ?? JsonFile.TryLoad(Path.Combine(folder, "config_sentence_transformers.json"))?.Optional("prompts")?.Optional("query")?.Text()
            ?? "";
        string[] modules = Modules(folder);
        int? stated = transformer?.Optional("max_seq_length")?.Integer(3, int.MaxValue) ?? tokenizer.MaxTokens
            ?? VocabularyReader.MaxTokens(JsonFile.TryLoad(Path.Combine(folder, "tokenizer_config.json")));
        return new SentenceEmbedderLayout
        {
            Folder = folder,
            ModelPath = model,
            Tokenizer = tokenizer,
            Pooling = ReadPooling(Path.Combine(folder, "1_Pooling", "config.json"), options, prefix),
            MaxTokens = Math.Min(options.MaxTokens ?? int.MaxValue, stated ?? options.MaxTokens ?? DefaultMaxTokens),
            LowersText = transformer?.Optional("do_lower_case")?.Flag() ?? false,
            Normalizes = options.Normalize ?? (modules.Length == 0 || modules.Contains("Normalize")),
            QueryPrefix = prefix,
            MissingStep = modules.FirstOrDefault(m => m is not ("Transformer" or "Pooling" or "Normalize")),
        };
    }

    /// <summary>Returns the pooling of the token vectors.</summary>
    /// <exception cref="OnnxModelException">Nothing states it, or the graph lacks a later step.</exception>
    public SentencePooling RequirePooling()
    {
        if (MissingStep is not null)
        {
            throw new OnnxModelException($"'{Folder}': modules.json has a step of type '{MissingStep}', which is not part of the graph. Export the model with the output sentence_embedding.");
        }

        return Pooling ?? throw new OnnxModelException(
            $"'{ModelPath}' returns a vector for each token, and nothing states how they become one. Add 1_Pooling/config.json of the model to '{Folder}', or set {nameof(SentenceEmbedderOptions)}.{nameof(SentenceEmbedderOptions.Pooling)}.");
    }

    static Tokenizer ReadTokenizer(string folder, SentenceEmbedderOptions options)
    {
        string whole = Path.Combine(folder, "tokenizer.json"), vocabulary = Path.Combine(folder, "vocab.txt");
        return new ModelFile(whole).Exists() ? TokenizerReader.Load(whole)
            : VocabularyReader.Load(vocabulary, options.Lowercase);
    }

    /// <summary>Returns the types of the steps in modules.json, without their namespaces; none if there is no such file.</summary>
    static string[] Modules(string folder)
    {
        var file = new ModelFile(Path.Combine(folder, "modules.json"));
        return file.Exists()
            ? JsonFile.Read(
                file, JsonFile.SettingsLimit, root => root.Items(MostModules).Select(m => m.Field("type").Text().Split('.')[^1]).ToArray())
            : [];
    }

    static SentencePooling? ReadPooling(string path, SentenceEmbedderOptions options, string prefix)
    {
        if (JsonFile.TryLoad(path) is not { } config)
        {
            return options.Pooling;
        }

        if (prefix.Length > 0 && !config.Flag("include_prompt", otherwise: true))
        {
            throw new OnnxModelException($"'{path}' leaves the prompt out of the pooling (include_prompt), which is not supported together with a query prefix.");
        }

        // Older files have a flag for each mode; newer ones name it.
        string[] modes = config.Optional("pooling_mode")?.Text() is { } named ? [named]
            : [.. config.Entries(MostPoolingFields).Where(f => f.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && f.Value.Flag())
                .Select(f => f.Name["pooling_mode_".Length..])];
        SentencePooling pooling = modes switch
        {
            ["cls" or "cls_token"] => SentencePooling.First,
            ["mean" or "mean_tokens"] => SentencePooling.Mean,
            ["max" or "max_tokens"] => SentencePooling.Max,
            ["lasttoken"] => SentencePooling.Last,
            _ => throw new OnnxModelException($"'{path}' asks for the pooling [{string.Join(", ", modes)}]; one of cls, mean, max and lasttoken is supported."),
        };
        return options.Pooling is null || options.Pooling == pooling
            ? pooling
            : throw new OnnxModelException($"'{path}' asks for the pooling {pooling}, but the options for {options.Pooling}. Leave the option unset.");
    }
}
