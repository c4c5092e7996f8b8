using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>Learns a small byte-pair vocabulary, so that layouts can be tested without the files of real models.</summary>
static class BytePairTrainer
{
    const int Merges = 400;

    static readonly string[] Corpus =
    [
        "the quick brown fox jumps over the lazy dog, and then it doesn't; we'll see what they've done in the other house.",
        "Hello HELLO hello there, this is THE test of the tokenizer: 123 1234567 3.14 2024-11-26.",
        "aaaaaaaaaaaaaaaa bbbbbbbb abababababab      \n\n\n   \t\t  ....... ------- ===== !!!!",
        "une idée très élevée à l'école, straße über größer, señor mañana, İstanbul ıšık",
        "привет мир привет мир это проверка, γειά σου κόσμε, שלום עולם, مرحبا بالعالم ١٢٣",
        "नमस्ते दुनिया नमस्ते, สวัสดีชาวโลก, 你好世界你好世界, こんにちは世界 カタカナ, 안녕하세요 세계",
        "👍 👍🏽 👩‍👩‍👧‍👦 🦊🦊🦊 𝒜𝒷𝒸 𠀀𠀁 ½ ² ⅷ Ⓐ £5 €7 ™",
    ];

    /// <summary>Learns merges of pieces that begin with a space.</summary>
    /// <param name="spell">How the model sees a text: as characters of the byte alphabet, or with U+2581 for a space.</param>
    /// <param name="joinsWords">Whether tokens may reach over spaces.</param>
    /// <returns>The symbols that occur, and the pairs in the order they were learned.</returns>
    public static (IReadOnlyList<string> Symbols, IReadOnlyList<(string Left, string Right)> Merges) Train(Func<string, string> spell, bool joinsWords)
    {
        List<List<string>> pieces = [.. Corpus.SelectMany(line => joinsWords ? [line] : line.Split(' ').Select(word => " " + word))
            .Select(piece => spell(piece).EnumerateRunes().Select(rune => rune.ToString()).ToList())];
        string[] symbols = [.. pieces.SelectMany(p => p).Distinct().Order(StringComparer.Ordinal)];
        var merges = new List<(string, string)>();
        for (int i = 0; i < Merges; i++)
        {
            var best = pieces.SelectMany(p => p.Zip(p.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key.First + g.Key.Second, StringComparer.Ordinal).Select(g => g.Key).FirstOrDefault();
            if (best.First is null)
            {
                break;
            }

            merges.Add(best);
            pieces.ForEach(p => Join(p, best));
        }

        return (symbols, merges);
    }

    /// <summary>A text in the byte-level alphabet.</summary>
    public static string Bytes(string text) => ByteAlphabet.Spell(text);

    /// <summary>A text as sentencepiece writes it.</summary>
    public static string Metaspace(string text) => text.Replace(' ', '\u2581');

    static void Join(List<string> piece, (string Left, string Right) pair)
    {
        for (int i = 0; i + 1 < piece.Count; i++)
        {
            if (piece[i] == pair.Left && piece[i + 1] == pair.Right)
            {
                piece[i] += piece[i + 1];
                piece.RemoveAt(i + 1);
            }
        }
    }
}
