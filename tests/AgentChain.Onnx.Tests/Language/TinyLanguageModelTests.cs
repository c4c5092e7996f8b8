using System.Text.Json;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

public sealed class GenaiLanguageModelTests() : LanguageModelContract(Fixture.Path("tiny-genai"))
{
    [Fact]
    public async Task Generate_Greedily_GivesTheReferenceTokens() => await Reference.CheckAsync(p => IdsAsync(Model.Generate(Lane, p, Greedy(24))));

    [Fact]
    public void Read_OfAPrompt_GivesTheReferenceLogits() => Reference.CheckLogits(Model, 0.001f);

    [Fact]
    public void Load_ReadsStopTokensLengthAndFormatFromTheFolder()
    {
        Assert.Equal([Model.Tokenizer.Find("<|im_end|>")!.Value, Model.Tokenizer.Find("<|endoftext|>")!.Value], Model.StopTokens);
        Assert.Equal(160, Model.MaxLength);
        Assert.Same(ChatFormat.ChatML, Model.Format);
        Assert.Equal(0, Model.Defaults.Temperature);
    }
}

public sealed class HalfPrecisionLanguageModelTests() : LanguageModelContract(Fixture.Path("tiny-genai-fp16"))
{
    [Fact]
    public void Read_OfAPrompt_GivesTheReferenceLogitsToHalfPrecision() => Reference.CheckLogits(Model, 0.05f);
}

public sealed class OptimumLanguageModelTests() : LanguageModelContract(Fixture.Path("tiny-optimum"))
{
    [Fact]
    public async Task Generate_Greedily_GivesTheReferenceTokens() => await Reference.CheckAsync(p => IdsAsync(Model.Generate(Lane, p, Greedy(24))));

    [Fact]
    public void Read_OfAPrompt_GivesTheReferenceLogits() => Reference.CheckLogits(Model, 0.001f);
}

/// <summary>What the plain numpy decoder of make_language_fixtures.py gave.</summary>
static class Reference
{
    public static async Task CheckAsync(Func<List<int>, Task<List<int>>> generate)
    {
        foreach ((List<int> prompt, List<int> greedy, _) in Cases())
        {
            Assert.Equal(greedy, await generate(prompt));
        }
    }

    public static void CheckLogits(LanguageModel model, float tolerance)
    {
        foreach ((List<int> prompt, _, float[] logits) in Cases())
        {
            using KeyValueCache cache = model.CreateCache();
            float[] row = cache.Read(prompt.ToArray())[..logits.Length].ToArray();
            Assert.All(logits.Zip(row), p => Assert.InRange(p.Second, p.First - tolerance, p.First + tolerance));
        }
    }

    static IEnumerable<(List<int> Prompt, List<int> Greedy, float[] Logits)> Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixture.Path("tiny-language.reference.json")));
        return [.. document.RootElement.EnumerateArray().Select(c => (
            c.GetProperty("prompt").EnumerateArray().Select(i => i.GetInt32()).ToList(),
            c.GetProperty("greedy").EnumerateArray().Select(i => i.GetInt32()).ToList(),
            c.GetProperty("first_logits").EnumerateArray().Select(i => i.GetSingle()).ToArray()))];
    }
}
