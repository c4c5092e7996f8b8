using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Compares the time to the first token from the second turn of a conversation on with onnxruntime-genai on the same files:
/// <c>dotnet run -c Release -- second-turn [rounds] [random]</c>. The prompt of each turn is the whole conversation so far and one more
/// question. genai rewinds its generator to what both have in common; our side gets the whole prompt and finds that itself. The last side
/// hears the question word by word and is measured from the last word. Each round is a new conversation; the sides take turns to be first. Medians of one run are compared.
/// </summary>
static class SecondTurnCommand
{
    const int Turns = 5, FirstTokens = 160, QuestionTokens = 12, AnswerTokens = 16;

    static readonly TimeSpan Pause = 60.Milliseconds();

    /// <summary>Measures and prints.</summary>
    /// <param name="args">The number of rounds, 100 by default; <c>random</c> for random weights.</param>
    public static async Task RunAsync(ReadOnlyMemory<string> args)
    {
        int rounds = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 100;
        string folder = RepositoryFiles.Find("models", "language-model");
        using RandomModel? random = args.Length > 1 && args.Span[1] == "random" ? new RandomModel(folder) : null;
        folder = random?.Folder ?? folder;
        var options = new LanguageModelOptions { MaxLength = 1024 };
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        using LanguageModel another = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        await using var genai = new GenaiAnswering(folder, options.Session.IntraOpThreads, model.Tokenizer, keep: true);
        await using var chain = new ChainAnswering(model);
        await using var direct = new DirectAnswering(another);
        using LanguageModel third = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        await using var spoken = new SpokenAnswering(third);
        Side[] sides = [new(genai, []), new(chain, []), new(direct, []), new(spoken, [])];
        using LanguageModel inventing = LanguageModel.Load(new OnnxRuntimeHost(), folder, options: options);
        using var lane = new DeviceLane("inventing");
        for (int round = -5; round < rounds; round++)
        {
            List<(LanguagePrompt Prompt, int Known)> turns = await InventAsync(inventing, lane, round);
            string? expected = null;
            for (int i = 0; i < sides.Length; i++)
            {
                Side side = sides[(i + round + 5) % sides.Length];
                string text = await ConverseAsync(side, turns, record: round >= 0);
                expected ??= text;
                if (text != expected)
                {
                    throw new InvalidOperationException($"{side.Answering.Name} answers '{text}' instead of '{expected}'.");
                }
            }
        }

        Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores; {(random is null ? "the sample's model" : "random weights")}, {rounds} conversations of {Turns} turns; first token from the second turn on, medians and fastest tenth");
        foreach (Side side in sides)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{side.Answering.Name,-26} {side.At(0.5),8:0.000} ms ({side.At(0.5) / sides[0].At(0.5):0.00})   {side.At(0.1),8:0.000} ms ({side.At(0.1) / sides[0].At(0.1):0.00})"));
        }
    }

    static async Task<string> ConverseAsync(Side side, List<(LanguagePrompt Prompt, int Known)> turns, bool record)
    {
        string all = "";
        foreach ((LanguagePrompt prompt, int known) in turns)
        {
            // The next question of a conversation does not follow within a millisecond; until then, the processor's caches hold other things.
            await Task.Delay(Pause, TimeProvider.System);
            long start = Stopwatch.GetTimestamp();
            Answer answer = await side.Answering.AnswerAsync(prompt, known, AnswerTokens);
            if (record && known > 0)
            {
                side.Times.Add(Stopwatch.GetElapsedTime(answer.Begun ?? start, answer.First).TotalMilliseconds);
            }

            all += answer.Text;
        }

        return all;
    }

    /// <summary>Invents a conversation: its questions are random, its answers the model's.</summary>
    static async Task<List<(LanguagePrompt Prompt, int Known)>> InventAsync(LanguageModel model, DeviceLane lane, int seed)
    {
        // Random takes a seed and its negative for the same.
        var random = new Random(seed + 1_000);
        var turns = new List<(LanguagePrompt, int)>();
        List<int> prompt = Tokens(FirstTokens);
        int known = 0;
        for (int turn = 0; turn < Turns; turn++)
        {
            turns.Add((new LanguagePrompt([.. prompt]), known));
            await foreach (GeneratedToken token in model.Generate(lane, prompt, model.Defaults with { MaxTokens = AnswerTokens }))
            {
                prompt.Add(token.Id);
            }

            // The last token of an answer has not been read by the run that chose it.
            known = prompt.Count - 1;
            prompt.AddRange(Tokens(QuestionTokens));
        }

        return turns;

        List<int> Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(256, 1400))];
    }

    sealed record Side(IAnswering Answering, List<double> Times)
    {
        public double At(double quantile) => Times.Order().ElementAt((int)(Times.Count * quantile));
    }
}
