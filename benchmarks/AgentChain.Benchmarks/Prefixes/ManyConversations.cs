using System.Globalization;
using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Benchmarks.Prefixes;

/// <summary>
/// Runs 1,000 conversations of four turns, in random order, through one model with four caches, and looks at the ledger after each turn: the
/// memory stays within the budget, and the pages of the conversations that the host leases stay.
/// </summary>
static class ManyConversations
{
    const int Conversations = 1_000;
    const int Turns = 4;
    const int Leased = 50;

    public static async Task<bool> RunAsync()
    {
        Console.WriteLine($"{Conversations:N0} conversations of {Turns} turns, {Leased} of them leased after their first turn:");
        Console.WriteLine("| budget | most held | prompt tokens from pages | read again after an eviction | evictions | leased pages evicted | leases left |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        bool holds = true;
        foreach (int megabytes in (int[])[32, 64, 128, 512])
        {
            holds &= await MeasureAsync(megabytes);
        }

        Console.WriteLine();
        return holds;
    }

    static async Task<bool> MeasureAsync(int megabytes)
    {
        using LanguageModel model = PrefixCacheCommand.Load(new LanguageModelOptions { MaxLength = 512, PrefixCacheBytes = (long)megabytes << 20 });
        PrefixCache pages = model.PrefixCache!;
        using var lane = new DeviceLane("benchmark");
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, Conversations).Select(i => PrefixCacheCommand.Conversation(model, i % 7, 120))];
        var leases = new List<(PrefixLease Lease, int[] Tokens)>();
        (long most, long asked, long reused, long known) = (0, 0, 0, 0);
        int[] remembered = new int[Conversations];
        foreach (int i in Enumerable.Range(0, Conversations * Turns).Select(i => i % Conversations).OrderBy(_ => random.Next()))
        {
            prompts[i] = [.. prompts[i], .. Enumerable.Range(0, 16).Select(_ => random.Next(600, 1700))];
            Generation generation = model.Generate(lane, prompts[i], new GenerationOptions { MaxTokens = 8 });
            var answer = new List<int>();
            await foreach (GeneratedToken token in generation)
            {
                answer.Add(token.Id);
            }

            GenerationStatistics statistics = generation.Statistics;
            (asked, reused, known) = (asked + statistics.PromptTokens, reused + statistics.ReusedTokens, known + Math.Max(0, remembered[i] - statistics.ReusedTokens));
            prompts[i] = [.. prompts[i], .. answer];
            remembered[i] = prompts[i].Length - 1;
            most = Math.Max(most, pages.Statistics.BytesHeld);
            if (leases.Count < Leased && remembered[i] < 180)
            {
                leases.Add((pages.Lease(prompts[i]), prompts[i]));
            }
        }

        int lost = leases.Count(l => !Holds(pages, l.Lease, l.Tokens));
        leases.ForEach(l => l.Lease.Dispose());
        PrefixCacheStatistics end = pages.Statistics;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {megabytes} MiB | {most / 1048576.0:F1} MiB | {(double)reused / asked:P1} | {(double)known / asked:P1} | {end.Evictions:N0} | {lost} | {end.Leases} |"));
        return most <= pages.BudgetBytes && lost == 0 && end.Leases == 0 && end.PagesLeased == 0;
    }

    static bool Holds(PrefixCache pages, PrefixLease lease, int[] tokens)
    {
        using PrefixLease found = pages.Lease(tokens);
        return found.Length >= lease.Length && lease.GetTokens().SequenceEqual(tokens.Take(lease.Length));
    }
}
