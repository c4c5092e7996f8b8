using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>The token of each phoneme that a Kokoro model knows; a phoneme is one Unicode code point.</summary>
internal sealed class KokoroSymbols
{
    // Spellings of the same sound: our own front end writes American phonemes as espeak-ng does.
    private static readonly FrozenDictionary<string, string> Substitutes = new Dictionary<string, string>
    {
        ["g"] = "ɡ", ["ɡ"] = "g", ["r"] = "ɹ", ["ɝ"] = "ɜɹ", ["ɚ"] = "əɹ", ["ɫ"] = "l", ["ɐ"] = "ə", ["e"] = "ɛ",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const int MostSymbols = 1 << 16;

    private readonly FrozenDictionary<string, long> _tokens;

    private KokoroSymbols(IEnumerable<KeyValuePair<string, long>> tokens) => _tokens = tokens.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Reads the <c>model.vocab</c> of a <c>tokenizer.json</c>, the <c>vocab</c> of a <c>config.json</c>, or a <c>tokens.txt</c> with a
    /// symbol, a space and a number per line.
    /// </summary>
    public static KokoroSymbols Read(string folder)
    {
        JsonCursor? vocabulary =
            JsonFile.TryLoad(Path.Combine(folder, "tokenizer.json"), JsonFile.TokenizerLimit)?.Optional("model")?.Optional("vocab")
            ?? JsonFile.TryLoad(Path.Combine(folder, "config.json"))?.Optional("vocab");
        if (vocabulary is { } symbols)
        {
            return new(symbols.Entries(MostSymbols).Select(f => KeyValuePair.Create(f.Name, (long)f.Value.Integer(0, int.MaxValue))));
        }

        var lines = new ModelFile(Path.Combine(folder, "tokens.txt"));
        return lines.Exists()
            ? new(TextFile.Lines(lines).Where(l => l.Text.Length > 0).Select(Symbol))
            : throw new OnnxModelException($"'{folder}' has no vocabulary of phonemes: neither a tokenizer.json with model.vocab, nor a config.json with vocab, nor a tokens.txt.");
    }

    /// <summary>Returns the tokens of phonemes; those without a token, their own or a substitute's, are left out.</summary>
    public List<long> Encode(string phonemes)
    {
        var tokens = new List<long>(phonemes.Length);
        foreach (Rune rune in phonemes.EnumerateRunes())
        {
            if (_tokens.TryGetValue(rune.ToString(), out long token))
            {
                tokens.Add(token);
            }
            else if (Substitutes.TryGetValue(rune.ToString(), out string? substitute))
            {
                tokens.AddRange(
                    substitute.EnumerateRunes().Where(r => _tokens.ContainsKey(r.ToString())).Select(r => _tokens[r.ToString()]));
            }
        }

        return tokens;
    }

    private static KeyValuePair<string, long> Symbol(TextLine line)
    {
        string[] parts = line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        // A line with only a number is that of the space.
        return parts.Length is 1 or 2 && long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long token)
            ? KeyValuePair.Create(parts.Length == 2 ? parts[0] : " ", token)
            : throw line.Wrong("is not a symbol, a space and a number.");
    }
}
