using System.Diagnostics;
using System.Text;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Fuzz;

/// <summary>Encodes and decodes texts that tokenizers stumble over.</summary>
static class HostileTexts
{
    static readonly string[] Fragments =
    [
        "a", "the ", " ", "  ", "\n", "\r\n", "\t", "\0", "é", "e\u0301", "\u0301", "ﬁ", "İ", "ß", "ſ", "Ω", "привет", "שלום", "नमस्ते",
        "你好", "가각", "👍🏽", "👩‍👩‍👧", "𝒜", "\uD800", "\uDC00", "\uFFFE",
        "\uFFFF", "\uFFFD", "\u200D", "\u00A0", "\u2028", "▁", "Ġ", "##", "<0x41>", "[UNK]", "[SEP]", "<|im_end|>", "<|im_start|>",
        "<s>", "'s", "'LL", "123", "1,000", "...", "!?", "--", "\\", "\"",
    ];

    /// <summary>Returns a text of a seed.</summary>
    public static string Create(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        int kind = random.Next(4);
        for (int left = kind == 3 ? random.Next(20, 2000) : random.Next(1, 40); left > 0; left--)
        {
            text.Append(kind switch
            {
                0 => ((char)random.Next(0x10000)).ToString(),
                3 => Fragments[seed % Fragments.Length],
                _ => Fragments[random.Next(Fragments.Length)],
            });
        }

        return text.ToString();
    }

    public static int Run(IReadOnlyList<FuzzTarget> targets, FuzzOptions options)
    {
        int failures = 0;
        foreach (FuzzTarget target in FuzzTargets.WithTokenizer(targets).DistinctBy(t => t.Folder))
        {
            Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(target.Folder, "tokenizer.json"));
            double slowest = 0;
            long begun = Stopwatch.GetTimestamp();
            for (int seed = options.Seed; seed < options.Seed + options.Texts; seed++)
            {
                string text = Create(seed);
                long started = Stopwatch.GetTimestamp();
                try
                {
                    ModelUse.Encode(tokenizer, text);
                }
                catch (Exception error)
                {
                    failures++;
                    Console.WriteLine($"{target.Name} text {seed}: {error.GetType().Name} {error.Message}");
                }

                slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(started).TotalMicroseconds / (text.Length + 100));
            }

            Console.WriteLine($"{target.Name}: {options.Texts:N0} texts in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; at most {slowest:0.0} microseconds per character; {failures} failures.");
        }

        return failures == 0 ? 0 : 1;
    }
}
