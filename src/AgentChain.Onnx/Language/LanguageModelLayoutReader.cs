using System.Collections.Immutable;
using System.Text.Json;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Reads the two public layouts of decoder-only models: an onnxruntime-genai folder (<c>genai_config.json</c>) and an Optimum export with
/// past (<c>model.onnx</c> and <c>config.json</c>).
/// </summary>
static class LanguageModelLayoutReader
{
    public static LanguageModelLayout Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new OnnxModelException($"The model folder '{folder}' does not exist.");
        }

        string genai = Path.Combine(folder, "genai_config.json");
        try
        {
            LanguageModelLayout layout = File.Exists(genai) ? Genai(folder, genai) : Optimum(folder);
            return File.Exists(layout.TokenizerPath)
                ? layout
                : throw new OnnxModelException($"The model folder '{folder}' has no tokenizer.json.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new OnnxModelException($"The configuration in '{folder}' cannot be read: {error.Message}", error);
        }
    }

    static LanguageModelLayout Genai(string folder, string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement model = document.RootElement.GetProperty("model");
        if (model.TryGetProperty("encoder", out _) || !model.TryGetProperty("decoder", out JsonElement decoder))
        {
            throw new OnnxModelException($"'{path}' describes a model of type '{Text(model, "type", "?")}', which is not a decoder-only language model.");
        }

        if (decoder.TryGetProperty("pipeline", out _))
        {
            throw new OnnxModelException($"'{path}' describes a pipeline of several graphs (intended for NPUs), which is not supported. Export the model for CPU or CUDA, as one graph.");
        }

        JsonElement inputs = decoder.GetProperty("inputs"), outputs = decoder.GetProperty("outputs");
        if (inputs.TryGetProperty("past_names", out _))
        {
            throw new OnnxModelException($"'{path}' keeps keys and values in one tensor (past_names), which is not supported. Export the model with separate keys and values.");
        }

        JsonElement search = document.RootElement.TryGetProperty("search", out JsonElement s) ? s : default;
        var names = new LanguageModelLayout { ModelPath = "", TokenizerPath = "" };
        return names with
        {
            ModelPath = Path.Combine(folder, Text(decoder, "filename", "model.onnx")),
            TokenizerPath = Path.Combine(folder, "tokenizer.json"),
            SharedBuffer = search.ValueKind == JsonValueKind.Object && search.TryGetProperty("past_present_share_buffer", out JsonElement share) && share.GetBoolean(),
            ContextLength = Context(Text(model, "type", ""), Integer(model, "context_length", Integer(search, "max_length", 0))),
            StopTokens = Ids(model, "eos_token_id"),
            Defaults = Search(search),
            InputIds = Text(inputs, "input_ids", names.InputIds),
            AttentionMask = Text(inputs, "attention_mask", names.AttentionMask),
            PositionIds = Text(inputs, "position_ids", names.PositionIds),
            PastKeys = Text(inputs, "past_key_names", names.PastKeys),
            PastValues = Text(inputs, "past_value_names", names.PastValues),
            Logits = Text(outputs, "logits", names.Logits),
            PresentKeys = Text(outputs, "present_key_names", names.PresentKeys),
            PresentValues = Text(outputs, "present_value_names", names.PresentValues),
            Layers = Integer(decoder, "num_hidden_layers", 0),
            KeyValueHeads = Integer(decoder, "num_key_value_heads", 0),
            HeadSize = Integer(decoder, "head_size", 0),
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
        string? model = new[] { "model.onnx", Path.Combine("onnx", "model.onnx") }.Select(f => Path.Combine(folder, f)).FirstOrDefault(File.Exists);
        if (model is null)
        {
            throw new OnnxModelException(
                $"'{folder}' contains neither a genai_config.json (onnxruntime-genai) nor a model.onnx or onnx/model.onnx (Optimum, text-generation-with-past).");
        }

        string config = Path.Combine(folder, "config.json"), generation = Path.Combine(folder, "generation_config.json");
        using JsonDocument? described = File.Exists(config) ? JsonDocument.Parse(File.ReadAllBytes(config)) : null;
        using JsonDocument? generated = File.Exists(generation) ? JsonDocument.Parse(File.ReadAllBytes(generation)) : null;
        ImmutableArray<int> stops = generated is null ? [] : Ids(generated.RootElement, "eos_token_id");
        return new LanguageModelLayout
        {
            ModelPath = model,
            TokenizerPath = Path.Combine(folder, "tokenizer.json"),
            StopTokens = stops.IsEmpty && described is not null ? Ids(described.RootElement, "eos_token_id") : stops,
            ContextLength = described is null ? 0 : Integer(described.RootElement, "max_position_embeddings", 0),
            Layers = described is null ? 0 : Integer(described.RootElement, "num_hidden_layers", 0),
            KeyValueHeads = described is null ? 0 : Integer(described.RootElement, "num_key_value_heads", 0),
        };
    }

    static GenerationOptions Search(JsonElement search)
    {
        if (search.ValueKind != JsonValueKind.Object)
        {
            return new GenerationOptions();
        }

        bool sampled = search.TryGetProperty("do_sample", out JsonElement sample) && sample.GetBoolean();
        return new GenerationOptions
        {
            Temperature = sampled ? Number(search, "temperature", 1) : 0,
            TopK = sampled ? Integer(search, "top_k", 0) : 0,
            TopP = sampled ? Number(search, "top_p", 1) : 1,
            RepetitionPenalty = Number(search, "repetition_penalty", 1),
        };
    }

    static ImmutableArray<int> Ids(JsonElement element, string name) => !element.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(i => i.GetInt32())]
        : value.ValueKind == JsonValueKind.Number ? [value.GetInt32()] : [];

    static string Text(JsonElement element, string name, string otherwise) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? otherwise : otherwise;

    static int Integer(JsonElement element, string name, int otherwise) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : otherwise;

    static float Number(JsonElement element, string name, float otherwise) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetSingle() : otherwise;
}
