using System.Diagnostics;
using AgentChain.Benchmarks.Peers.Language;
using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.GpuCheck.Checks;

/// <summary>Checks and measures a language model in half precision on the device.</summary>
static class LanguageChecks
{
    const int Prompt = 256;
    const int Tokens = 64;
    const int Ride = 128;

    public static async Task RunAsync(CheckContext context)
    {
        using var folder = new RandomModel(CheckContext.Model("language-model"), isHalf: true);
        await context.CheckAsync("language model in half precision: loads and generates", async () =>
        {
            using LanguageModel model = LanguageModel.Load(context.Host, folder.Folder, context.Device);
            using var lane = new DeviceLane("check");
            int[] tokens = await GenerateAsync(model, lane, PromptOf(0));
            return (tokens.Length == Tokens, $"{tokens.Length} tokens on {model.Device.Name}");
        });
        await context.CheckAsync("language model: same tokens cold, with a warm prefix, and prefilled in chunks", async () =>
        {
            using LanguageModel whole = LanguageModel.Load(context.Host, folder.Folder, context.Device);
            using LanguageModel chunked = LanguageModel.Load(
                context.Host, folder.Folder, context.Device, new LanguageModelOptions { PrefillChunk = 64 });
            using var lane = new DeviceLane("check");
            int[] cold = await GenerateAsync(whole, lane, PromptOf(1)), warm = await GenerateAsync(whole, lane, PromptOf(1));
            await chunked.PrefillAsync(lane, PromptOf(1));
            int[] pieces = await GenerateAsync(chunked, lane, PromptOf(1));
            return (cold.SequenceEqual(warm) && cold.SequenceEqual(pieces), $"{Common(cold, warm)} and {Common(cold, pieces)} of {cold.Length} alike");
        });
        await context.CheckAsync("language model: canceling ends a generation within two steps", async () =>
        {
            using LanguageModel model = LanguageModel.Load(context.Host, folder.Folder, context.Device);
            using var lane = new DeviceLane("check");
            return await CancelAsync(model, lane);
        });
        await MeasureAsync(context, folder.Folder);
    }

    static async Task MeasureAsync(CheckContext context, string folder)
    {
        try
        {
            using LanguageModel model = LanguageModel.Load(context.Host, folder, context.Device);
            using var lane = new DeviceLane("check");
            await model.WarmUpAsync(lane);
            await GenerateAsync(model, lane, PromptOf(2));
            double[] first = new double[5], each = new double[5], ridden = new double[5];
            for (int i = 0; i < first.Length; i++)
            {
                (first[i], each[i]) = await TimesAsync(model, lane, PromptOf(10 + i));
                ridden[i] = await RiddenAsync(model, lane, PromptOf(30 + i), PromptOf(50 + i));
            }

            Array.Sort(first);
            Array.Sort(each);
            Array.Sort(ridden);
            context.Measured($"time to first token, {Prompt} tokens of context, cold", first[2] * 1000, "ms");
            context.Measured("time per output token, alone", each[2] * 1000, "ms");
            context.Measured(
                $"time per output token, with a prefill of {Ride} tokens beside it, against alone", ridden[2] / each[2], "times", "at most 1.03");
        }
        catch (Exception error)
        {
            context.Report.Checks.Add(new Check("language model: measurements", false, $"{error.GetType().Name}: {error.Message}"));
        }
    }

    static async Task<(bool, string)> CancelAsync(LanguageModel model, DeviceLane lane)
    {
        using var stop = new CancellationTokenSource();
        int count = 0, after = 0;
        try
        {
            await foreach (GeneratedToken _ in model.Generate(lane, PromptOf(3), Options).WithCancellation(stop.Token))
            {
                after += stop.IsCancellationRequested ? 1 : 0;
                if (++count == 5)
                {
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            bool isFree = await lane.RunAsync(0, static (_, _) => true, CancellationToken.None);
            return (isFree && after <= 2, $"{after} tokens after the cancellation; the lane is free");
        }

        return (false, "was not canceled");
    }

    static async Task<(double First, double Each)> TimesAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        Generation generation = model.Generate(lane, prompt, Options);
        await foreach (GeneratedToken _ in generation)
        {
        }

        return (generation.Statistics.TimeToFirstToken.TotalSeconds, 1 / generation.Statistics.TokensPerSecond);
    }

    /// <summary>Returns the time per token while another prompt is prefilled on the same lane.</summary>
    static async Task<double> RiddenAsync(LanguageModel model, DeviceLane lane, int[] prompt, int[] other)
    {
        Generation generation = model.Generate(lane, prompt, Options);
        Task<int>? beside = null;
        int count = 0;
        long started = 0;
        await foreach (GeneratedToken _ in generation)
        {
            if (++count == 2)
            {
                started = Stopwatch.GetTimestamp();
                beside = model.PrefillAsync(lane, other[..Ride]).AsTask();
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await beside!;
        return seconds / (count - 2);
    }

    static async Task<int[]> GenerateAsync(LanguageModel model, DeviceLane lane, int[] prompt)
    {
        List<int> tokens = [];
        await foreach (GeneratedToken token in model.Generate(lane, prompt, Options))
        {
            tokens.Add(token.Id);
        }

        return [.. tokens];
    }

    static GenerationOptions Options => new() { MaxTokens = Tokens };

    static int[] PromptOf(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Prompt).Select(_ => random.Next(256, 1200))];
    }

    static int Common(int[] one, int[] other) => one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
}
