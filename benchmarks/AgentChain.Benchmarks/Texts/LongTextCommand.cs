using System.Diagnostics;
using System.Globalization;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Synthesis;

namespace AgentChain.Benchmarks.Texts;

/// <summary>
/// <c>long-text [MB]</c>: the time that each part that reads text takes for a megabyte (2^20 characters) of a short unit, again and again:
/// the texts on which a search that begins anew at each character takes time that grows with the square.
/// </summary>
static class LongTextCommand
{
    const double LimitSeconds = 1;

    static readonly string[] Units =
    [
        "The balance of your account is 12 dollars. ", "a", "a ", "1", "1 ", "12,", "1.",
        "$1", "one ", "one hundred and ", "I am ", "my name is ",
        "my name is Ana Silva ", "call me at 415 555 0142 ", "4111 1111 1111 1111 ", "account number ",
        "a@a.a ", "a@", "a dot b at ", "a.", "Mr. ", "[", "[NAME_1] ", "[NAME_",
        "a's", "a'sa's", "'", ".", "...", "\"", ")", "(", "-", ",", "/", ":", "\n", " ", "1:", "1st ",
        "10am", "XIV ", "\u0301", "\ud83d", "\ud83d\ude00", "\u4e2d", "\u3002",
    ];

    /// <summary>Returns 0 if every text took at most a second for each megabyte, otherwise 1.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        double megabytes = args.IsEmpty ? 1 : double.Parse(args[0], CultureInfo.InvariantCulture);
        (string Name, Action<string> Read)[] parts = Parts();
        foreach ((_, Action<string> read) in parts)
        {
            // The first runs compile.
            read(Units[0]);
            read(Repeat(Units[0], 1 << 16));
        }

        Console.WriteLine($"| 1 MB of | {string.Join(" | ", parts.Select(p => p.Name))} |");
        Console.WriteLine($"|---|{string.Concat(parts.Select(_ => "---:|"))}");
        double[] slowest = new double[parts.Length];
        foreach (string unit in Units)
        {
            string text = Repeat(unit, (int)(megabytes * (1 << 20)));
            double[] seconds = [.. parts.Select(p => Seconds(p.Read, text) / megabytes)];
            slowest = [.. slowest.Zip(seconds, Math.Max)];
            Console.WriteLine($"| `{Show(unit)}` | {Row(seconds)} |");
        }

        Console.WriteLine($"| slowest | {Row(slowest)} |");
        return slowest.Max() <= LimitSeconds ? 0 : 1;
    }

    static (string Name, Action<string> Read)[] Parts()
    {
        var redactor = new PiiRedactor();
        RedactionMap map = RedactionMap.Empty.Add(PersonalDataKind.Name, "Ana Silva", out _);
        LexiconPhonemizer phonemizer = LexiconPhonemizer.Read(RepositoryFiles.Find("models", "voice", "lexicon.tsv"));
        return
        [
            ("redact", text => redactor.Redact(text)),
            ("redact, known name", text => redactor.Redact(text, map)),
            ("restore", text => PlaceholderRestorer.Restore(text, map)),
            ("restore stream", text => Regroup(PlaceholderRestorer.Begin(map), text)),
            ("sentences, one piece", text => Regroup(SentenceChunker.Default.Begin(), text, text.Length)),
            ("sentences, pieces of 4", text => Regroup(SentenceChunker.Default.Begin(), text)),
            ("written to spoken", text => TextNormalizer.Normalize(text)),
            ("spoken to written", text => InverseTextNormalizer.Normalize(text)),
            ("phonemes", text => phonemizer.Phonemize(text)),
        ];
    }

    static void Regroup(IRegrouper<string, string> regrouper, string text, int piece = 4)
    {
        var ready = new List<string>();
        for (int at = 0; at < text.Length; at += piece)
        {
            regrouper.Add(text.Substring(at, Math.Min(piece, text.Length - at)), ready);
        }

        regrouper.Complete(ready);
    }

    static string Repeat(string unit, int length) => string.Concat(Enumerable.Repeat(unit, length / unit.Length));

    static double Seconds(Action<string> read, string text)
    {
        long started = Stopwatch.GetTimestamp();
        read(text);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static string Row(double[] seconds) => string.Join(" | ", seconds.Select(s =>
        s > LimitSeconds ? string.Create(CultureInfo.InvariantCulture, $"**{s:F2}**") : s.ToString("F2", CultureInfo.InvariantCulture)));

    static string Show(string unit) => string.Concat(unit.Select(c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
