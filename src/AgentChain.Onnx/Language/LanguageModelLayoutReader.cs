using System.Collections.Immutable;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Reads the two public layouts of decoder-only models: an onnxruntime-genai folder (<c>genai_config.json</c>) and an Optimum export with
/// past (<c>model.onnx</c> and <c>config.json</c>). Fields that change what the model computes, or how, in an unsupported way are rejected;
/// everything else that is unknown is ignored, as are the options of sessions and providers, which the host sets.
/// </summary>
static class LanguageModelLayoutReader
{
    /// <summary>The most layers and key/value heads of a model, and the largest size of a head.</summary>
    public const int MostLayers = 1024, MostHeads = 4096, LargestHead = 4096;

    const int LongestContext = 1 << 28, MostStops = 256, LongestName = 256;

    public static LanguageModelLayout Read(string folder)
    {
        var genai = new ModelFile(Path.Combine(folder, "genai_config.json"));
        return genai.Exists() ? JsonFile.Read(genai, JsonFile.SettingsLimit, root => Genai(folder, root)) : Optimum(folder);
    }

    static LanguageModelLayout Genai(string folder, JsonCursor root)
    {
        JsonCursor model = root.Field("model");
        if (model.Has("encoder") || !model.Has("decoder"))
        {
            throw model.Wrong($"describes a model of type '{model.Text("type", "?")}', which is not a decoder-only language model.");
        }

        JsonCursor decoder = model.Field("decoder");
        if (decoder.Optional("pipeline") is { } pipeline)
        {
            throw pipeline.Wrong("describes a pipeline of several graphs (intended for NPUs), which is not supported. Export the model for CPU or CUDA, as one graph.");
        }

        if (decoder.Optional("sliding_window") is { } window
            && (window.Flag("slide_inputs", true) || window.Flag("slide_key_value_cache", true)))
        {
            throw window.Wrong("asks to divide the inputs into windows (intended for NPUs), which is not supported. Export the model for CPU or CUDA.");
        }

        JsonCursor inputs = decoder.Field("inputs"), outputs = decoder.Field("outputs");
        if (inputs.Optional("past_names") is { } past)
        {
            throw past.Wrong("keeps keys and values in one tensor, which is not supported. Export the model with separate keys and values.");
        }

        JsonCursor? search = root.Optional("search");
        var names = new LanguageModelLayout { ModelPath = "", TokenizerPath = "" };
        return names with
        {
            ModelPath = decoder.Optional("filename") is { } file ? ModelFolder.Resolve(folder, file) : Path.Combine(folder, "model.onnx"),
            TokenizerPath = Path.Combine(folder, "tokenizer.json"),
            SharedBuffer = search?.Flag("past_present_share_buffer") ?? false,
            ContextLength = Context(
                model.Text("type", "", LongestName),
                (model.Optional("context_length") ?? search?.Optional("max_length"))?.Integer(2, LongestContext) ?? 0),
            StopTokens = Ids(model.Optional("eos_token_id")),
            Defaults = search is { } options ? GenerationDefaults.Read(options) : new GenerationOptions(),
            InputIds = inputs.Text("input_ids", names.InputIds, LongestName),
            AttentionMask = inputs.Text("attention_mask", names.AttentionMask, LongestName),
            PositionIds = inputs.Text("position_ids", names.PositionIds, LongestName),
            PastKeys = Pattern(inputs, "past_key_names", names.PastKeys),
            PastValues = Pattern(inputs, "past_value_names", names.PastValues),
            Logits = outputs.Text("logits", names.Logits, LongestName),
            PresentKeys = Pattern(outputs, "present_key_names", names.PresentKeys),
            PresentValues = Pattern(outputs, "present_value_names", names.PresentValues),
            Layers = decoder.Integer("num_hidden_layers", 0, 0, MostLayers),
            KeyValueHeads = decoder.Integer("num_key_value_heads", 0, 0, MostHeads),
            HeadSize = decoder.Integer("head_size", 0, 0, LargestHead),
        };
    }

    /// <summary>
    /// Limits Phi models with long positions (LongRoPE) to their short ones: the graph switches all positions at once when a sequence grows
    /// beyond them, which keys that are already in the cache do not follow (microsoft/onnxruntime-genai, pull request 1161).
    /// </summary>
    static int Context(string type, int stated) => type switch
    {
        "phi3" or "phimoe" => Math.Min(stated, 4096),
        "phi3small" => Math.Min(stated, 8192),
        _ => stated,
    };

    static LanguageModelLayout Optimum(string folder)
    {
        var layout =
            new LanguageModelLayout { ModelPath = ModelFolder.Model(folder), TokenizerPath = Path.Combine(folder, "tokenizer.json") };
        var config = new ModelFile(Path.Combine(folder, "config.json"));
        var generation = new ModelFile(Path.Combine(folder, "generation_config.json"));
        if (config.Exists())
        {
            layout = JsonFile.Read(config, JsonFile.SettingsLimit, root => layout with
            {
                StopTokens = Ids(root.Optional("eos_token_id")),
                ContextLength = root.Optional("max_position_embeddings")?.Integer(2, LongestContext) ?? 0,
                Layers = root.Integer("num_hidden_layers", 0, 0, MostLayers),
                KeyValueHeads = root.Integer("num_key_value_heads", 0, 0, MostHeads),
            });
        }

        ImmutableArray<int> stops = generation.Exists()
            ? JsonFile.Read(generation, JsonFile.SettingsLimit, root => Ids(root.Optional("eos_token_id")))
            : [];
        return stops.IsEmpty ? layout : layout with { StopTokens = stops };
    }

    // Without the place for its number, all layers would share one name.
    static string Pattern(JsonCursor names, string field, string otherwise) =>
        names.Optional(field) is not { } pattern ? otherwise
        : pattern.Text(LongestName) is var text && text.Contains("%d", StringComparison.Ordinal) ? text
        : throw pattern.Wrong($"is {ModelFile.Quote(text)}; a name with '%d' in the place of the layer's number is required.");

    static ImmutableArray<int> Ids(JsonCursor? field) => field is not { } value ? []
        : value.IsArray ? [.. value.Items(MostStops).Select(id => id.Integer(0, int.MaxValue))]
        : [value.Integer(0, int.MaxValue)];
}
