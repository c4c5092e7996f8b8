using System.Diagnostics;
using System.Globalization;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Compares a language model in a chain with onnxruntime-genai on the same files: <c>dotnet run -c Release -- language [rounds]</c> with
/// the sample's model, which is so small that a token takes 0.09 ms, and <c>language [rounds] random</c> with one of ordinary width and
/// random weights. Every round asks every side once per row, in an order that changes, so that other work on the machine meets all of them;
/// medians of one run are compared.
/// </summary>
static class LanguageCommand
{
    const int WarmUp = 100;
    const int Few = 8;
    const int Many = 128;

    /// <summary>Measures and prints.</summary>
    /// <param name="args">The number of rounds, 300 by default; <c>random</c> for random weights.</param>
    public static async Task RunAsync(ReadOnlyMemory<string> args)
    {
        int rounds = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 300;
        string folder = RepositoryFiles.Find("models", "language-model");
        using RandomModel? random = args.Length > 1 && args.Span[1] == "random" ? new RandomModel(folder) : null;
        folder = random?.Folder ?? folder;
        var options = new LanguageModelOptions { MaxLength = 1024, MaxConcurrency = 1, PrefixCacheBytes = 0 };
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        using LanguageModel another = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        await using var created = new GenaiAnswering(folder, options.Session.IntraOpThreads, model.Tokenizer, keep: false);
        await using var rewound = new GenaiAnswering(folder, options.Session.IntraOpThreads, model.Tokenizer, keep: true);
        await using var chain = new ChainAnswering(model);
        await using var text = new ModelBlockAnswering(another, Few);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {rounds} rounds, medians, ratios to the first line of each table");

        LanguagePrompt[] cold = [LanguagePrompts.Billing(model, 0), LanguagePrompts.Other(model, 0)];
        LanguagePrompt[] warm = [LanguagePrompts.Billing(model, 0), LanguagePrompts.Billing(model, 1)];
        LanguagePrompt[] longer = await LanguagePrompts.LongAnswersAsync(chain, Many);
        await CompareAsync("first token, nothing read", cold, Few, 1, rounds, created, rewound, chain, text);
        await CompareAsync("first token, beginning read", warm, Few, 1, rounds, created, chain, text);
        await CompareAsync("whole answers", longer, Many, 4, rounds / 4, created, rewound, chain);
    }

    static async Task CompareAsync(string what, LanguagePrompt[] prompts, int tokens, int repeat, int rounds, params IAnswering[] sides)
    {
        // A token in common, the mark of a message, is not a beginning that a caller would keep.
        int common = LanguagePrompts.Common(prompts[0], prompts[1]), known = common > 1 ? common : 0;
        List<Sample>[] samples = [.. sides.Select(_ => new List<Sample>())];
        string?[] expected = new string?[2];
        foreach (IAnswering side in sides)
        {
            // Every side starts with the second prompt in its cache.
            await side.AnswerAsync(prompts[1], 0, tokens);
        }

        int warmUp = Math.Min(WarmUp, rounds);
        for (int round = -warmUp; round < rounds; round++)
        {
            for (int i = 0; i < sides.Length; i++)
            {
                int s = (i + round + warmUp) % sides.Length;
                Sample sample = await MeasureAsync(sides[s], prompts, known, tokens, repeat, expected);
                if (round >= 0)
                {
                    samples[s].Add(sample);
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{what}: {string.Join(" and ", prompts.Select(p => p.Ids.Length))} tokens, {common} in common, then {tokens} at most");
        for (int s = 0; s < sides.Length; s++)
        {
            Print(sides[s].Name, samples[s], samples[0]);
        }
    }

    static async Task<Sample> MeasureAsync(IAnswering side, LanguagePrompt[] prompts, int known, int tokens, int repeat, string?[] expected)
    {
        double first = 0, all = 0;
        TimeSpan used = Environment.CpuUsage.TotalTime;
        for (int n = 0; n < repeat; n++)
        {
            for (int p = 0; p < prompts.Length; p++)
            {
                long start = Stopwatch.GetTimestamp();
                Answer answer = await side.AnswerAsync(prompts[p], known, tokens);
                all += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                first += Stopwatch.GetElapsedTime(start, answer.First).TotalMilliseconds;
                expected[p] ??= answer.Text;
                if (answer.Text != expected[p])
                {
                    throw new InvalidOperationException($"{side.Name} answers '{answer.Text}' instead of '{expected[p]}'.");
                }
            }
        }

        // Threads that still spin after the answer belong to this side.
        await Task.Delay(2.Milliseconds(), TimeProvider.System);
        double count = repeat * prompts.Length;
        return new Sample(first / count, all / count, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / count);
    }

    static void Print(string name, List<Sample> samples, List<Sample> baseline)
    {
        string Column(Func<Sample, double> of) =>
            $"{Median(samples, of),8:0.000} ms ({Median(samples, of) / Median(baseline, of):0.00})";
        Console.WriteLine($"{name,-26} first {Column(s => s.First)}   whole {Column(s => s.Whole)}   processor {Column(s => s.Processor)}");
    }

    static double Median(List<Sample> samples, Func<Sample, double> of)
    {
        double[] sorted = [.. samples.Select(of).Order()];
        return sorted[sorted.Length / 2];
    }

    readonly record struct Sample(double First, double Whole, double Processor);
}
