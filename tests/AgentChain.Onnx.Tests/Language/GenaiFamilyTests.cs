using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Graphs;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>The layouts that onnxruntime-genai folders have for Llama, Qwen and Phi, against the same decoder in plain C#.</summary>
public sealed class GenaiFamilyTests : IDisposable
{
    const int Stop = 1;

    readonly OnnxRuntimeHost _host = new();
    readonly DeviceLane _lane = new("genai");
    readonly int _vocabulary = TokenizerReader.Load(Fixture.Path("qwen.tokenizer.json")).VocabularySize;

    public void Dispose() => _lane.Dispose();

    [Theory]
    [InlineData(nameof(GenaiFamily.Llama))]
    [InlineData(nameof(GenaiFamily.LlamaTied))]
    [InlineData(nameof(GenaiFamily.Qwen2))]
    [InlineData(nameof(GenaiFamily.Qwen3))]
    [InlineData(nameof(GenaiFamily.Phi))]
    public async Task Generate_Greedily_EqualsThePlainDecoder(string name)
    {
        using var folder = new GenaiModel(GenaiFamily.Named(name), _vocabulary, Stop);
        using LanguageModel model = LanguageModel.Load(_host, folder.Path, options: new() { MaxLength = 160, PrefillChunk = 7 });
        int longest = 0;
        foreach (int seed in new[] { 1, 2, 3 })
        {
            int[] prompt = Prompt(seed, 6 * seed);
            List<int> expected = Greedy(folder, model, prompt, 16), actual = [];

            await foreach (GeneratedToken token in model.Generate(_lane, prompt, new() { MaxTokens = 16 }).WithCancellation(CancellationToken.None))
            {
                actual.Add(token.Id);
            }

            Assert.Equal(expected, actual);
            longest = Math.Max(longest, actual.Count);
        }

        // Otherwise the test would say little about the cache.
        Assert.True(longest > 4, $"The longest answer has {longest} tokens.");
    }

    [Theory]
    [InlineData(nameof(GenaiFamily.Llama))]
    [InlineData(nameof(GenaiFamily.LlamaTied))]
    [InlineData(nameof(GenaiFamily.Qwen2))]
    [InlineData(nameof(GenaiFamily.Qwen3))]
    [InlineData(nameof(GenaiFamily.Phi))]
    public void Read_TokenByToken_GivesTheLogitsOfThePlainDecoder(string name)
    {
        using var folder = new GenaiModel(GenaiFamily.Named(name), _vocabulary, Stop);
        using LanguageModel model = LanguageModel.Load(_host, folder.Path, options: new() { MaxLength = 160 });
        using KeyValueCache cache = model.CreateCache();
        int[] tokens = Prompt(4, 12);
        Matrix expected = folder.Logits(tokens, tokens.Length);
        float scale = expected.Values.Max(Math.Abs);

        for (int i = 0; i < tokens.Length; i++)
        {
            float[] row = cache.Read(tokens.AsSpan(i, 1)).ToArray();
            Assert.All(row.Select((value, at) => value - expected[i, at]), d => Assert.InRange(d, -1e-4f * scale, 1e-4f * scale));
        }
    }

    [Fact]
    public void Load_OfAPhiModelWithLongPositions_StaysWithinItsShortOnes()
    {
        using var folder = new GenaiModel(GenaiFamily.Phi, _vocabulary, Stop);
        using LanguageModel model = LanguageModel.Load(_host, folder.Path, options: new() { MaxLength = 8192 });

        Assert.Equal(4096, model.MaxLength);
        Assert.Contains(Stop, model.StopTokens);
    }

    int[] Prompt(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(2, _vocabulary))];
    }

    static List<int> Greedy(GenaiModel plain, LanguageModel model, int[] prompt, int count)
    {
        List<int> all = [.. prompt];
        while (all.Count < prompt.Length + count)
        {
            int best = plain.Logits(all, 1).ArgMax(0);
            if (model.StopTokens.Contains(best))
            {
                break;
            }

            all.Add(best);
        }

        return all[prompt.Length..];
    }
}
