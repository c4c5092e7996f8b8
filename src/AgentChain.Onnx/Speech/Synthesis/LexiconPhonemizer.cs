using System.Collections.Frozen;
using System.Text;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Normalization;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Looks phonemes up in a word list, and applies letter-to-sound rules to English words that the list lacks.</summary>
/// <remarks>Numbers are converted to words first (<see cref="TextNormalizer"/>). Immutable and thread-safe.</remarks>
public sealed class LexiconPhonemizer : IPhonemizer
{
    private const int MostEndings = 4, LongestEntry = 512;

    private static readonly string[] LetterNames =
    [
        "ˈeɪ", "bˈiː", "sˈiː", "dˈiː", "ˈiː", "ˈɛf", "dʒˈiː", "ˈeɪtʃ", "ˈaɪ", "dʒˈeɪ", "kˈeɪ", "ˈɛl", "ˈɛm",
        "ˈɛn", "ˈoʊ", "pˈiː", "kjˈuː", "ˈɑːɹ", "ˈɛs", "tˈiː", "jˈuː", "vˈiː", "dˈʌbəljˌuː", "ˈɛks", "wˈaɪ", "zˈiː",
    ];

    private readonly FrozenDictionary<string, string> _words;

    /// <summary>Creates a phonemizer.</summary>
    /// <param name="words">The phonemes of words in lower case. If empty, the rules produce all phonemes.</param>
    public LexiconPhonemizer(IEnumerable<KeyValuePair<string, string>> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        _words = words.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads a word list.</summary>
    /// <param name="path">The path of a file with "word TAB phonemes" on each line.</param>
    /// <exception cref="OnnxModelException">
    /// The file is missing, cannot be read, or a line has another format; the message contains the path and the number of the line.
    /// </exception>
    public static LexiconPhonemizer Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (TextLine line in TextFile.Lines(new ModelFile(path)))
        {
            int tab = line.Text.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0 && tab < line.Text.Length - 1)
            {
                words[line.Text[..tab].ToLowerInvariant()] = line.Text[(tab + 1)..].Trim();
            }
            else if (line.Text.Length > 0)
            {
                throw line.Wrong("is not 'word, tab, phonemes'.");
            }

            if (line.Text.Length > LongestEntry)
            {
                throw line.Wrong(FormattableString.Invariant($"has {line.Text.Length:N0} characters; a word and its phonemes have at most {LongestEntry}."));
            }
        }

        return new LexiconPhonemizer(words);
    }

    /// <summary>Reads the word list in a voice's folder; without one, the rules produce all phonemes.</summary>
    internal static LexiconPhonemizer OfVoice(string folder)
    {
        var lexicon = new ModelFile(Path.Combine(folder, "lexicon.tsv"));
        return lexicon.Exists() ? Read(lexicon.Path) : new LexiconPhonemizer([]);
    }

    /// <inheritdoc/>
    public string Phonemize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder phonemes = new();
        string[] parts = TextNormalizer.Normalize(text).ToLowerInvariant().Replace('’', '\'')
            .Split([' ', '\t', '\r', '\n', '-', '/', '_', '\u00a0'], StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            char mark = Mark(parts[i]);
            string word = new([.. parts[i].Where(c => char.IsLetter(c) || c == '\'')]);
            string sounds = word == "a" && i + 1 < parts.Length && parts[i + 1].TrimEnd('.', ',', '?', '!') == "m"
                ? LetterNames[0]
                : Word(word.Trim('\''));
            if (sounds.Length > 0)
            {
                phonemes.Append(phonemes.Length > 0 ? " " : "").Append(sounds);
            }

            if (mark != '\0' && phonemes.Length > 0 && !IsMark(phonemes[^1]))
            {
                phonemes.Append(mark);
            }
        }

        return phonemes.ToString();
    }

    private string Word(string word, int endings = 0)
    {
        if (word.Length == 0)
        {
            return "";
        }

        if (_words.TryGetValue(word, out string? sounds))
        {
            return sounds;
        }

        // A hostile text can consist of endings, which must not become as many calls.
        if (word.Length > 2 && endings < MostEndings && word.EndsWith("'s", StringComparison.Ordinal))
        {
            string stem = Word(word[..^2], endings + 1);
            return stem + Plural(stem);
        }

        return Letters(word);
    }

    private static string Letters(string word)
    {
        string letters = word.Replace("'", "", StringComparison.Ordinal);
        return letters.Length == 1 || !letters.Any(c => "aeiouy".Contains(c, StringComparison.Ordinal))
            ? Spell(letters)
            : LetterToSound.Convert(letters);
    }

    private static string Spell(string letters) =>
        string.Join(' ', letters.Where(char.IsAsciiLetterLower).Select(letter => LetterNames[letter - 'a']));

    private static string Plural(string stem) => stem.Length == 0 ? "" : stem[^1] switch
    {
        's' or 'z' or 'ʃ' or 'ʒ' => "ɪz",
        'p' or 't' or 'k' or 'f' or 'θ' => "s",
        _ => "z",
    };

    private static char Mark(string part)
    {
        for (int i = part.Length - 1; i >= 0 && !char.IsLetter(part[i]); i--)
        {
            switch (part[i])
            {
                case '.' or ',' or '?' or '!':
                    return part[i];
                case ';' or ':' or ')' or '–' or '—':
                    return ',';
                case '…':
                    return '.';
            }
        }

        return '\0';
    }

    private static bool IsMark(char c) => c is '.' or ',' or '?' or '!';
}
