using System.Collections.Frozen;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents the settings file of a voice in Piper's layout (<c>voice.onnx.json</c>). Immutable.</summary>
public sealed record PiperVoiceSettings
{
    private const int MostPhonemes = 65_536, MostIds = 16, MostSpeakers = 100_000;

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
    /// <remarks>
    /// The ranges: a sample rate of 1,000 to 768,000 Hz, a <c>length_scale</c> of 0.1 to 4, noise scales of 0 to 2, 1 to 100,000 speakers,
    /// up to 16 IDs per phoneme, each below <c>num_symbols</c>. A <c>phoneme_map</c> with entries is rejected, because it changes the
    /// phonemes.
    /// Other fields are ignored.
    /// </remarks>
    /// <exception cref="OnnxModelException">
    /// The file is missing, is not JSON, lacks a required value, or has one out of range; the message names the path and the field.
    /// </exception>
    public static PiperVoiceSettings Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return JsonFile.Read(new ModelFile(path), JsonFile.SettingsLimit, Read);
    }

    private static PiperVoiceSettings Read(JsonCursor root)
    {
        int speakers = root.Integer("num_speakers", 1, 1, MostSpeakers);
        if (root.Optional("phoneme_map") is { } map && map.Entries(MostPhonemes).Any())
        {
            throw map.Wrong("replaces phonemes, which is not supported. Empty it, or replace them in a phonemizer of your own.");
        }

        PiperVoiceSettings settings = new()
        {
            SampleRate = root.Field("audio").Field("sample_rate").Integer(1000, 768_000),
            PhonemeIds = ReadPhonemes(root),
            Speakers = speakers,
            SpeakerIds = ReadSpeakers(root, speakers),
        };
        return root.Optional("inference") is not { } inference ? settings : settings with
        {
            NoiseScale = (float)inference.Number("noise_scale", settings.NoiseScale, 0, 2),
            LengthScale = (float)inference.Number("length_scale", settings.LengthScale, 0.1, 4),
            NoiseWidth = (float)inference.Number("noise_w", settings.NoiseWidth, 0, 2),
        };
    }

    private static FrozenDictionary<string, long[]> ReadPhonemes(JsonCursor root)
    {
        int symbols = root.Integer("num_symbols", MostPhonemes, 1, MostPhonemes);
        JsonCursor map = root.Field("phoneme_id_map");
        Dictionary<string, long[]> ids = new(StringComparer.Ordinal);
        foreach ((string phoneme, JsonCursor written) in map.Entries(MostPhonemes))
        {
            ids[phoneme] = [.. written.Items(MostIds).Select(id => (long)id.Integer(0, symbols - 1))];
        }

        foreach (string needed in (string[])["^", "_", "$"])
        {
            if (!ids.ContainsKey(needed))
            {
                throw map.Wrong($"has no ID for '{needed}'; a Piper voice needs IDs for '^', '_' and '$'.");
            }
        }

        return ids.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, int> ReadSpeakers(JsonCursor root, int count)
    {
        Dictionary<string, int> speakers = new(StringComparer.Ordinal);
        if (root.Optional("speaker_id_map") is { } map)
        {
            foreach ((string name, JsonCursor id) in map.Entries(MostSpeakers))
            {
                speakers[name] = id.Integer(0, count - 1);
            }
        }

        return speakers.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
