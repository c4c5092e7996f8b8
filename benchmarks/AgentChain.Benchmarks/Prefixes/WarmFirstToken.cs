using System.Diagnostics;
using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>
/// Measures the time from a prompt to its first token, with a context of 512 tokens and a new question: nothing known, the context in pages
/// (another conversation has used the only cache since), and the context in the cache. In turn, for each size of a page.
/// </summary>
static class WarmFirstToken
{
    const int Rounds = 60;
    const int Context = 512;
    const double LeastTimes = 5;

    public static async Task<bool> RunAsync()
    {
        Console.WriteLine($"First token after {Context} tokens of context and a question of {Question(0).Length}, medians of {Rounds} rounds; times as fast as cold:");
        Console.WriteLine("| page | cold | pages | live cache | keeping the context, share of cold | reading back, share of cold | unused, of a conversation's pages | a turn of 8 tokens behind a live cache, to one without pages |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|");
        bool holds = true;
        foreach (int page in (int[])[8, 16, 32, 64, 128])
        {
            holds &= await MeasureAsync(page) || page != new LanguageModelOptions().PageTokens;
        }

        Console.WriteLine();
        return holds;
    }

    static async Task<bool> MeasureAsync(int page)
    {
        var options = new LanguageModelOptions { MaxLength = 1024, MaxConcurrency = 1, PageTokens = page };
        using LanguageModel cold = PrefixCacheCommand.Load(options with { PrefixCacheBytes = 0 }), paged = PrefixCacheCommand.Load(options);
        using var lane = new DeviceLane("benchmark");
        await cold.WarmUpAsync(lane);
        await paged.WarmUpAsync(lane);
        int[] context = [.. PrefixCacheCommand.Conversation(cold, 1, Context + 40).Take(Context)];
        var (unread, fromPages, live, save, load, ratios) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await FirstAsync(paged, lane, context);
        for (int round = 0; round < Rounds; round++)
        {
            int[] prompt = [.. context, .. Question(round)], again = [.. context, .. Question(round + 1000)], other = [.. Question(round + 2000), .. context];
            await FirstAsync(cold, lane, other);
            unread.Add(await FirstAsync(cold, lane, prompt));
            await FirstAsync(paged, lane, other);
            fromPages.Add(await FirstAsync(paged, lane, prompt));
            live.Add(await FirstAsync(paged, lane, again));
            await FirstAsync(cold, lane, prompt);
            double with = await TurnAsync(paged, lane, [.. context, .. Question(round + 3000)]);
            ratios.Add(with / await TurnAsync(cold, lane, [.. context, .. Question(round + 3000)]));
            (double saved, double loaded) = Copy(paged, context, round);
            save.Add(saved);
            load.Add(loaded);
        }

        double all = PrefixCacheCommand.Median(unread);
        double times = all / PrefixCacheCommand.Median(fromPages);
        Console.WriteLine(FormattableString.Invariant(
            $"| {page} | 1 | {times:F1} | {all / PrefixCacheCommand.Median(live):F1} | {PrefixCacheCommand.Median(save) / all:P1} | {PrefixCacheCommand.Median(load) / all:P1} | {(page - 1) / 2.0 / Context:P1} | {PrefixCacheCommand.Median(ratios):F2} |"));
        return times >= LeastTimes;
    }

    /// <summary>Measures to copy a context into new pages, and to copy it back.</summary>
    static (double Save, double Load) Copy(LanguageModel model, int[] context, int round)
    {
        int[] tokens = [round, .. context[1..]];
        using KeyValueCache cache = model.CreateCache(), other = model.CreateCache();
        other.Read([1, 2]);
        cache.Read(tokens);
        long started = Stopwatch.GetTimestamp();
        using PrefixLease saved = cache.Save();
        double save = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        other.Load(saved);
        other.Fill();
        return (save, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    static async Task<double> FirstAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        long started = Stopwatch.GetTimestamp();
        await using IAsyncEnumerator<GeneratedToken> answer = model.Generate(lane, prompt, new GenerationOptions { MaxTokens = 1 }).GetAsyncEnumerator();
        await answer.MoveNextAsync();
        double first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await answer.MoveNextAsync();
        return first;
    }

    /// <summary>Measures a whole turn, including what is kept after it.</summary>
    static async Task<double> TurnAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        long started = Stopwatch.GetTimestamp();
        await model.Generate(lane, prompt, new GenerationOptions { MaxTokens = 8 }).ToTextAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    static int[] Question(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 12).Select(_ => random.Next(600, 1700))];
    }
}
