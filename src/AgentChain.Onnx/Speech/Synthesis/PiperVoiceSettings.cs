using System.Collections.Frozen;
using System.Text.Json;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents the settings file of a voice in Piper's layout (<c>voice.onnx.json</c>). Immutable.</summary>
public sealed record PiperVoiceSettings
{
    /// <summary>Gets the sample rate of the voice's audio in hertz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Gets the IDs of each phoneme; a phoneme is one Unicode code point.</summary>
    public required FrozenDictionary<string, long[]> PhonemeIds { get; init; }

    /// <summary>Gets the variation of the sound; default 0.667.</summary>
    public float NoiseScale { get; init; } = 0.667f;

    /// <summary>Gets the factor for the length of sounds; 1 (the default) is the voice's own speed.</summary>
    public float LengthScale { get; init; } = 1f;

    /// <summary>Gets the variation of the durations; default 0.8.</summary>
    public float NoiseWidth { get; init; } = 0.8f;

    /// <summary>Gets the number of speakers; default 1.</summary>
    public int Speakers { get; init; } = 1;

    /// <summary>Gets the speakers' numbers by name; empty if they have no names.</summary>
    public FrozenDictionary<string, int> SpeakerIds { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>Reads a settings file.</summary>
    /// <param name="path">The path of the <c>.onnx.json</c> of a Piper voice.</param>
    /// <exception cref="OnnxModelException">The file is missing, is not JSON, or lacks a required value; the message names it.</exception>
    public static PiperVoiceSettings Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(json.RootElement, name);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new OnnxModelException($"'{name}' is not a settings file of a Piper voice: {error.Message}", error);
        }
    }

    private static PiperVoiceSettings Read(JsonElement root, string name)
    {
        Dictionary<string, long[]> ids = new(StringComparer.Ordinal);
        foreach (JsonProperty phoneme in root.GetProperty("phoneme_id_map").EnumerateObject())
        {
            ids[phoneme.Name] = [.. phoneme.Value.EnumerateArray().Select(id => id.GetInt64())];
        }

        foreach (string needed in (string[])["^", "_", "$"])
        {
            if (!ids.ContainsKey(needed))
            {
                throw new OnnxModelException($"'{name}' has no ID for '{needed}' in its phoneme_id_map; a Piper voice needs IDs for '^', '_' and '$'.");
            }
        }

        int rate = root.GetProperty("audio").GetProperty("sample_rate").GetInt32();
        if (rate is < 1000 or > 768_000)
        {
            throw new OnnxModelException($"'{name}' has a sample rate of {rate} Hz; it must be between 1000 and 768000 Hz.");
        }

        JsonElement inference = root.TryGetProperty("inference", out JsonElement found) ? found : default;
        Dictionary<string, int> speakers = new(StringComparer.Ordinal);
        if (root.TryGetProperty("speaker_id_map", out JsonElement map) && map.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty speaker in map.EnumerateObject())
            {
                speakers[speaker.Name] = speaker.Value.GetInt32();
            }
        }

        return new PiperVoiceSettings
        {
            SampleRate = rate,
            PhonemeIds = ids.ToFrozenDictionary(StringComparer.Ordinal),
            NoiseScale = Scale(inference, "noise_scale", 0.667f),
            LengthScale = Scale(inference, "length_scale", 1f),
            NoiseWidth = Scale(inference, "noise_w", 0.8f),
            Speakers = root.TryGetProperty("num_speakers", out JsonElement count) ? count.GetInt32() : 1,
            SpeakerIds = speakers.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    private static float Scale(JsonElement inference, string name, float otherwise) =>
        inference.ValueKind == JsonValueKind.Object && inference.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : otherwise;
}
