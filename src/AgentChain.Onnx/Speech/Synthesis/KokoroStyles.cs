using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>The styles of a Kokoro model's speakers: for each, one vector per length of the text in tokens.</summary>
internal sealed class KokoroStyles
{
    // 256 speakers at half a million bytes each.
    private const int Limit = 128 << 20;

    private readonly FrozenDictionary<string, float[]> _speakers;
    private readonly int _width;

    private KokoroStyles(IEnumerable<KeyValuePair<string, float[]>> speakers, int width, string first)
    {
        (_speakers, _width, First) = (speakers.ToFrozenDictionary(StringComparer.Ordinal), width, first);
        MostTokens = _speakers.Values.Min(s => s.Length) / width - 1;
    }

    /// <summary>The first speaker.</summary>
    public string First { get; }

    /// <summary>The maximum number of tokens of a text.</summary>
    public int MostTokens { get; }

    public IEnumerable<string> Names => _speakers.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads a folder <c>voices</c> with one file of floats per speaker, or one file <c>voices.bin</c> of all.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="graph">The graph, whose metadata names the speakers of a <c>voices.bin</c>.</param>
    public static KokoroStyles Read(string folder, KokoroGraph graph)
    {
        string voices = Path.Combine(folder, "voices"), all = Path.Combine(folder, "voices.bin");
        if (Directory.Exists(voices))
        {
            string[] files = [.. Directory.GetFiles(voices, "*.bin").Order(StringComparer.Ordinal)];
            return files.Length > 0
                ? new(
                    files.Select(f => KeyValuePair.Create(Path.GetFileNameWithoutExtension(f), Floats(f, graph.Width))),
                    graph.Width, Path.GetFileNameWithoutExtension(files[0]))
                : throw new OnnxModelException($"'{voices}' has no .bin files; each holds the styles of a speaker.");
        }

        if (!new ModelFile(all).Exists())
        {
            throw new OnnxModelException($"'{folder}' has neither a folder voices with a .bin file per speaker nor a voices.bin.");
        }

        string[] names = SpeakerNames(graph.Session, all);
        float[] values = Floats(all, graph.Width);
        int each = values.Length / names.Length;
        return each * names.Length == values.Length && each % graph.Width == 0
            ? new(names.Select((n, i) => KeyValuePair.Create(n, values[(i * each)..((i + 1) * each)])), graph.Width, names[0])
            : throw new OnnxModelException($"'{all}' has {values.Length} numbers, which cannot be split into {names.Length} speakers with styles of width {graph.Width}.");
    }

    /// <summary>Returns the style of a speaker for a number of tokens, or null if there is no such speaker.</summary>
    public ReadOnlyMemory<float>? Find(string speaker, int tokens) =>
        _speakers.TryGetValue(speaker, out float[]? styles) ? styles.AsMemory(tokens * _width, _width) : null;

    public bool Contains(string speaker) => _speakers.ContainsKey(speaker);

    private static string[] SpeakerNames(OnnxSession session, string path)
    {
        if (!session.Metadata.TryGetValue("n_speakers", out string? written)
            || !int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
        {
            throw new OnnxModelException($"'{session.Name}' does not state its number of speakers in its metadata (n_speakers), which '{path}' needs. Use a folder voices with a .bin file per speaker instead.");
        }

        string[] names = (session.Metadata.GetValueOrDefault("speaker_names") ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == count && names.Distinct(StringComparer.Ordinal).Count() == count
            ? names
            : [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    private static float[] Floats(string path, int width)
    {
        byte[] bytes = new ModelFile(path).ReadBytes(Limit);
        return bytes.Length > 0 && bytes.Length % (width * sizeof(float)) == 0
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : throw new OnnxModelException($"'{path}' has {bytes.Length} bytes; a whole number of styles of {width} floats is required.");
    }
}
