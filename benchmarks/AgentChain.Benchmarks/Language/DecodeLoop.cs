using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Language;

/// <summary>
/// Reads a prompt of 64 tokens and generates 128 greedily: one side also selects tokens, decodes them to text and passes them on, the
/// other only runs the model. Operations are tokens.
/// </summary>
[MemoryDiagnoser]
public class DecodeLoop
{
    const int Prompt = 64;
    const int Tokens = 128;

    BareDecodeLoop _bare = null!;
    LanguageModel _model = null!;
    DeviceLane _lane = null!;
    int[] _prompt = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        string folder = RepositoryFiles.Find("models", "language-model");
        _bare = new BareDecodeLoop(Path.Combine(folder, "model.onnx"));
        _lane = new DeviceLane("benchmark");
        _model = LanguageModel.Load(new OnnxRuntimeHost(), folder);
        _prompt = await FindLongAnswerAsync();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Tokens, Description = "bare RunWithBinding")]
    public int Bare() => _bare.Generate(_prompt, Tokens);

    [Benchmark(OperationsPerInvoke = Tokens, Description = "LanguageModel")]
    public async Task<int> OfModel()
    {
        // A different first token keeps the cache from reusing the prompt: both sides read all of it.
        _prompt[0] = (_prompt[0] + 1) % 256;
        return await GenerateAsync(_prompt);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _lane.Dispose();
        _model.Dispose();
        _bare.Dispose();
    }

    async Task<int> GenerateAsync(int[] prompt)
    {
        int count = 0;
        await foreach (GeneratedToken _ in _model.Generate(_lane, prompt, new GenerationOptions { MaxTokens = Tokens }))
        {
            count++;
        }

        return count;
    }

    /// <summary>Finds a random prompt that the model answers at length; which one does depends on the weights.</summary>
    async Task<int[]> FindLongAnswerAsync()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            int[] prompt = [.. Enumerable.Range(0, Prompt).Select(_ => random.Next(256, 1400))];
            bool isLong = true;
            for (int first = 0; first < 256 && isLong; first += 16)
            {
                prompt[0] = first;
                isLong = await GenerateAsync(prompt) == Tokens;
            }

            if (isLong)
            {
                return prompt;
            }
        }

        throw new InvalidOperationException("No prompt was found that the model answers at length.");
    }
}
