using System.Collections.Immutable;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>
/// The control tokens and limits of a Whisper model, from <c>config.json</c>, <c>generation_config.json</c> and its tokenizer.
/// </summary>
internal sealed record WhisperSettings
{
    // OpenAI's own criterion: an English-only vocabulary has one entry less.
    private const int LeastMultilingualVocabulary = 51_865, DefaultPositions = 448, MostMelFilters = 128, MostPositions = 1 << 16, MostLanguages = 1024;

    public required int MelFilters { get; init; }

    public required int Positions { get; init; }

    public required int Start { get; init; }

    public required ImmutableArray<int> Ends { get; init; }

    public required int NoTimestamps { get; init; }

    public required int? Transcribe { get; init; }

    public required int? Translate { get; init; }

    public required int? Previous { get; init; }

    /// <summary>The token of each language; empty for an English-only model.</summary>
    public required ImmutableSortedDictionary<string, int> Languages { get; init; }

    /// <summary>The tokens never said.</summary>
    public required ImmutableArray<int> Suppressed { get; init; }

    /// <summary>The tokens not said first.</summary>
    public required ImmutableArray<int> SuppressedFirst { get; init; }

    public static WhisperSettings Read(string folder, Tokenizer tokenizer)
    {
        JsonCursor config = JsonFile.Load(Path.Combine(folder, "config.json"));
        JsonCursor generation = JsonFile.TryLoad(Path.Combine(folder, "generation_config.json")) ?? config;
        JsonCursor? tasks = generation.Optional("task_to_id");
        bool multilingual = generation.Optional("is_multilingual")?.Flag()
            ?? Number(config, "vocab_size") is null or >= LeastMultilingualVocabulary;
        int[] ends = generation.Integers("eos_token_id");
        return new WhisperSettings
        {
            MelFilters = config.Field("num_mel_bins").Integer(1, MostMelFilters),
            Positions = config.Integer("max_target_positions", DefaultPositions, 8, MostPositions),
            Start =
                Number(generation, "decoder_start_token_id") ?? Number(config, "decoder_start_token_id") ?? Token("<|startoftranscript|>"),
            Ends = ends.Length > 0 ? [.. ends]
                : config.Integers("eos_token_id") is { Length: > 0 } others ? [.. others] : [Token("<|endoftext|>")],
            NoTimestamps = Number(generation, "no_timestamps_token_id") ?? Token("<|notimestamps|>"),
            Transcribe = multilingual ? Number(tasks, "transcribe") ?? Token("<|transcribe|>") : null,
            Translate = multilingual ? Number(tasks, "translate") ?? tokenizer.Find("<|translate|>") : null,
            Previous = Number(generation, "prev_sot_token_id") ?? tokenizer.Find("<|startofprev|>"),
            Languages = multilingual ? ReadLanguages(generation, tokenizer) : ImmutableSortedDictionary<string, int>.Empty,
            Suppressed = [.. generation.Integers("suppress_tokens", -1).Where(t => t >= 0)],
            SuppressedFirst = [.. generation.Integers("begin_suppress_tokens", -1).Where(t => t >= 0)],
        };

        static int? Number(JsonCursor? from, string name) => from?.Optional(name)?.Integer(0, int.MaxValue);

        int Token(string name) => tokenizer.Find(name)
            ?? throw new OnnxModelException($"Neither the configuration in '{folder}' nor its tokenizer has the token '{name}', which a Whisper model needs.");
    }

    /// <summary>Checks that the model has every token that it is asked for.</summary>
    /// <param name="folder">The model's folder, for the message.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    public void Check(string folder, long vocabulary)
    {
        int largest = new[] { Start, NoTimestamps, Transcribe ?? 0, Translate ?? 0, Previous ?? 0 }
            .Concat(Languages.Values).Concat(Suppressed).Concat(SuppressedFirst).Max();
        if (largest >= vocabulary)
        {
            throw new OnnxModelException($"The configuration or the tokenizer in '{folder}' names the token {largest}, but the decoder has {vocabulary} tokens; the files do not belong together.");
        }
    }

    private static ImmutableSortedDictionary<string, int> ReadLanguages(JsonCursor generation, Tokenizer tokenizer)
    {
        var languages = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        if (generation.Optional("lang_to_id") is { } stated)
        {
            foreach ((string name, JsonCursor value) in stated.Entries(MostLanguages))
            {
                int token = value.Integer(0, int.MaxValue);
                if (!languages.TryAdd(Code(name), token) && languages[Code(name)] != token)
                {
                    throw value.Wrong($"is {token}, but another entry gives the language '{Code(name)}' the token {languages[Code(name)]}.");
                }
            }

            return languages.ToImmutable();
        }

        foreach (AddedToken added in tokenizer.AddedTokens)
        {
            string code = Code(added.Content);
            if (code.Length is 2 or 3 && code.All(char.IsAsciiLetterLower) && added.Content.Length == code.Length + 4)
            {
                languages[code] = added.Id;
            }
        }

        return languages.ToImmutable();
    }

    private static string Code(string token) =>
        token.Replace("<|", "", StringComparison.Ordinal).Replace("|>", "", StringComparison.Ordinal);
}
