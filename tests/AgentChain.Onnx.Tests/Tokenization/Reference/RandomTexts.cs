using System.Text;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>Texts that tokenizers stumble over, repeatable by seed.</summary>
static class RandomTexts
{
    static readonly string[] Fragments =
    [
        "the ", "quick", " brown", " Hello", "HELLO", " unmergeable", "doesn't", "IT'S", "we'LL", "x'ſ", "'d", " 12345678 ", "3.14", "1,000", "a1b2", "½²ⅷ", "١٢٣", "Ⓐb",
        " ", "  ", "\t", "\n", "\r\n", "\n\n \n", "\u00A0", "\u3000", "\u2028", "\u0085", "\u200B", "\u200D", "\uFEFF", "\u00AD", "▁", "▁▁", " ▁",
        "é", "e\u0301", "ö\u0323", "ﬁ", "Å", "İ", "ß", "Ω", "привет", "γειά", "שלום", "مرحبا", "नमस्ते", "\u0903", "สวัสดี", "你好", "世界", "カタカナ", "안녕", "가각",
        "👍🏽", "👩‍👩‍👧‍👦", "🦊", "𝒜𝒷", "𠀀", "𝟙", "z", "Q", "zzQ", "...", "!?", "--", "==", "€", "™", "$5", "_", "a_b", "#", "@", "\\", "\"", "<", "<0x41>", "[UNK]",
        "\uFFFE", "\uFFFF", "\uFDD0", "\U0001FFFE", "\u0378", "\U000E0FFF", "\uE000", "\0", "\u0001", "\u007F", "\uFFFD",
        "<|im_end|>", "<|endoftext|>", "<end_of_turn>", "<bos>", "[SEP]", " [MASK] ", "aaaaaaa", "ababab", "……", "。", "、", "「", "\u0300\u0301",
    ];

    /// <summary>Fragments of many scripts in a row.</summary>
    public static IEnumerable<string> Mixed(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Fragments[random.Next(Fragments.Length)]));
        }
    }

    /// <summary>Any code points but surrogates, most of them rare, with ordinary text between them.</summary>
    public static IEnumerable<string> CodePoints(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(1, 20); length > 0; length--)
            {
                int point = random.Next(3) switch { 0 => random.Next(0x110000), 1 => random.Next(0x10000), _ => random.Next(0x80) };
                text.Append(point is >= 0xD800 and <= 0xDFFF ? "x" : char.ConvertFromUtf32(point));
            }

            yield return text.ToString();
        }
    }

    /// <summary>Long runs of one fragment, up to a few thousand characters.</summary>
    public static IEnumerable<string> Runs(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            yield return string.Concat(Enumerable.Repeat(Fragments[random.Next(Fragments.Length)], random.Next(20, 700)));
        }
    }
}
