using System.Collections.Immutable;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>The control tokens and limits of a Whisper model, from <c>config.json</c>, <c>generation_config.json</c> and its tokenizer.</summary>
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
        SettingsFile config = SettingsFile.Read(Path.Combine(folder, "config.json"));
        SettingsFile generation = SettingsFile.TryRead(Path.Combine(folder, "generation_config.json")) ?? config;
        bool multilingual = generation.Flag("is_multilingual") ?? config.Integer("vocab_size") is null or >= LeastMultilingualVocabulary;
        int[] ends = generation.Integers("eos_token_id");
        return new WhisperSettings
        {
            MelFilters = config.Required("num_mel_bins", 1, MostMelFilters),
            Positions = config.Optional("max_target_positions")?.Integer(8, MostPositions) ?? DefaultPositions,
            Start = generation.Integer("decoder_start_token_id") ?? config.Integer("decoder_start_token_id") ?? Token("<|startoftranscript|>"),
            Ends = ends.Length > 0 ? [.. ends] : config.Integers("eos_token_id") is { Length: > 0 } others ? [.. others] : [Token("<|endoftext|>")],
            NoTimestamps = generation.Integer("no_timestamps_token_id") ?? Token("<|notimestamps|>"),
            Transcribe = multilingual ? generation.Part("task_to_id")?.Integer("transcribe") ?? Token("<|transcribe|>") : null,
            Translate = multilingual ? generation.Part("task_to_id")?.Integer("translate") ?? tokenizer.Find("<|translate|>") : null,
            Previous = generation.Integer("prev_sot_token_id") ?? tokenizer.Find("<|startofprev|>"),
            Languages = multilingual ? ReadLanguages(generation, tokenizer) : ImmutableSortedDictionary<string, int>.Empty,
            Suppressed = [.. generation.Integers("suppress_tokens", -1).Where(t => t >= 0)],
            SuppressedFirst = [.. generation.Integers("begin_suppress_tokens", -1).Where(t => t >= 0)],
        };

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

    private static ImmutableSortedDictionary<string, int> ReadLanguages(SettingsFile generation, Tokenizer tokenizer)
    {
        IEnumerable<KeyValuePair<string, int>> found = generation.Part("lang_to_id") is { } stated
            ? stated.Fields(MostLanguages).Select(f => KeyValuePair.Create(Code(f.Name), f.Value.Integer(0, int.MaxValue)))
            : tokenizer.AddedTokens.Where(t => Code(t.Content) is { Length: 2 or 3 } code && code.All(char.IsAsciiLetterLower) && t.Content.Length == code.Length + 4)
                .Select(t => KeyValuePair.Create(Code(t.Content), t.Id));
        return found.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static string Code(string token) => token.Replace("<|", "", StringComparison.Ordinal).Replace("|>", "", StringComparison.Ordinal);
}
