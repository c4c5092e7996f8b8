using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentChain.Benchmarks.Peers.Language;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Benchmarks.Peers.Batching;

/// <summary>
/// Compares conversations that decode together with one alone: <c>dotnet run -c Release -- batching [rounds]</c> with the sample's model,
/// and <c>batching [rounds] random</c> with one of ordinary width. All on one lane. Every round measures every row, in an order that
/// changes; medians of one run are compared, and the fastest tenths, which other work on the machine disturbs less. Each conversation's
/// tokens must be those that it has alone.
/// </summary>
static class BatchingCommand
{
    const int Tokens = 64, Most = 8;

    /// <summary>Measures and prints.</summary>
    /// <param name="args">The number of rounds, 60 by default; <c>random</c> for random weights.</param>
    public static async Task RunAsync(ReadOnlyMemory<string> args)
    {
        int rounds = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 60;
        string folder = RepositoryFiles.Find("models", "language-model");
        using RandomModel? random = args.Length > 1 && args.Span[1] == "random" ? new RandomModel(folder) : null;
        folder = random?.Folder ?? folder;
        var options = new LanguageModelOptions { MaxLength = 1024, MaxConcurrency = Most };
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        using LanguageModel inTurn = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options with { MaxBatch = 1 });
        using DeviceLane lane = new("batching"), second = new("batching 2");
        string graph = Path.Combine(folder, "model.onnx");
        using BareBatch one = new(graph, 1), four = new(graph, 4);
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores; {(random is null ? "the sample's model" : "random weights")}, {rounds} rounds, tokens per second: median, and fastest tenth");
        foreach (int prompt in new[] { 16, 64, 256 })
        {
            Conversation[] conversations = await FindAsync(inTurn, lane, prompt);
            Row[] rows =
            [
                new("1 alone", 1, () => TogetherAsync(model, lane, conversations, 1)),
                new("2 together", 2, () => TogetherAsync(model, lane, conversations, 2)),
                new("4 together", 4, () => TogetherAsync(model, lane, conversations, 4)),
                new("8 together", 8, () => TogetherAsync(model, lane, conversations, 8)),
                new("4 on two lanes, 2 each", 4, () => TogetherAsync(model, lane, conversations, 4, second)),
                new("4 in turn (MaxBatch = 1)", 4, () => TogetherAsync(inTurn, lane, conversations, 4)),
                new("bare runs of 1", 1, () => Bare(one, prompt)),
                new("bare runs of 4", 4, () => Bare(four, prompt)),
            ];
            await MeasureAsync(rows, rounds);
            Console.WriteLine($"{Tokens} tokens after {prompt}");
            foreach (Row row in rows)
            {
                Row first = row.Name.StartsWith("bare", StringComparison.Ordinal) ? rows[^2] : rows[0];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {row.Name,-26} {row.Rate,8:0} = {row.Rate / first.Rate,4:0.00} times one   {row.Best,8:0} = {row.Best / first.Best,4:0.00} times one"));
            }
        }
    }

    static async Task MeasureAsync(Row[] rows, int rounds)
    {
        const int WarmUp = 3;
        for (int round = -WarmUp; round < rounds; round++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Row row = rows[(i + round + WarmUp) % rows.Length];
                long start = Stopwatch.GetTimestamp();
                await row.Run();
                if (round >= 0)
                {
                    row.Times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
    }

    static Task Bare(BareBatch batch, int prompt)
    {
        batch.Run(prompt, prompt + Tokens);
        return Task.CompletedTask;
    }

    static Task TogetherAsync(LanguageModel model, DeviceLane lane, Conversation[] conversations, int count, DeviceLane? second = null) =>
        Task.WhenAll(conversations.Take(count).Select(async (conversation, i) =>
        {
            List<int> tokens = await Task.Run(() => TokensAsync(model, i % 2 == 0 ? lane : second ?? lane, conversation.Prompt));
            if (!tokens.SequenceEqual(conversation.Tokens))
            {
                throw new InvalidOperationException("A conversation has other tokens than alone.");
            }
        }));

    static async Task<List<int>> TokensAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        var tokens = new List<int>(Tokens);
        await foreach (GeneratedToken token in model.Generate(lane, prompt, new GenerationOptions { MaxTokens = Tokens }).ConfigureAwait(false))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }

    /// <summary>Finds prompts that the model answers at length; which ones depends on its weights.</summary>
    static async Task<Conversation[]> FindAsync(LanguageModel model, DeviceLane lane, int length)
    {
        var found = new List<Conversation>();
        for (int seed = 0; found.Count < Most; seed++)
        {
            var random = new Random(seed);
            int[] prompt = [.. Enumerable.Range(0, length).Select(_ => random.Next(256, 1400))];
            List<int> tokens = await TokensAsync(model, lane, prompt);
            if (tokens.Count == Tokens)
            {
                found.Add(new Conversation(prompt, tokens));
            }
        }

        return [.. found];
    }

    sealed record Conversation(int[] Prompt, List<int> Tokens);

    sealed record Row(string Name, int Sequences, Func<Task> Run)
    {
        public List<double> Times { get; } = [];

        public double Rate => Sequences * Tokens / Times.Order().ElementAt(Times.Count / 2);

        public double Best => Sequences * Tokens / Times.Order().ElementAt(Times.Count / 10);
    }
}
