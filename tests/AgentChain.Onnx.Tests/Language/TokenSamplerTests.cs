using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language;

public sealed class TokenSamplerTests
{
    static readonly float[] Logits = [1, 3, 2, 0, -1];

    [Fact]
    public void Next_Greedily_TakesTheLikeliest() => Assert.Equal(1, Draw(new GenerationOptions()));

    [Fact]
    public void Next_Sampled_DrawsInProportionToSoftmax()
    {
        int[] counts = Counts(new GenerationOptions { Temperature = 1 });
        double sum = Logits.Sum(l => Math.Exp(l));

        for (int i = 0; i < Logits.Length; i++)
        {
            Assert.InRange(counts[i] / 20000.0, (Math.Exp(Logits[i]) / sum) - 0.015, (Math.Exp(Logits[i]) / sum) + 0.015);
        }
    }

    [Fact]
    public void Next_WithTopK_DrawsOnlyTheLikeliest()
    {
        int[] counts = Counts(new GenerationOptions { Temperature = 1, TopK = 2 });

        Assert.Equal([0, 3, 4], Enumerable.Range(0, 5).Where(i => counts[i] == 0));
        Assert.InRange(counts[1] / 20000.0, 0.71, 0.75);
    }

    [Theory]
    [InlineData(0.5f, 1)]
    [InlineData(0.8f, 2)]
    [InlineData(0.9f, 3)]
    [InlineData(0.999f, 5)]
    public void Next_WithTopP_DrawsFromTheSmallestSetThatReachesIt(float topP, int tokens) =>
        Assert.Equal(tokens, Counts(new GenerationOptions { Temperature = 1, TopP = topP }).Count(c => c > 0));

    [Fact]
    public void Next_HotAndCold_FlattensAndSharpens()
    {
        Assert.True(Counts(new GenerationOptions { Temperature = 5 })[4] > Counts(new GenerationOptions { Temperature = 1 })[4]);
        Assert.InRange(Counts(new GenerationOptions { Temperature = 0.1f })[1], 19_990, 20_000);
    }

    [Fact]
    public void Next_WithARepetitionPenalty_AvoidsWhatWasSaid()
    {
        var options = new GenerationOptions { RepetitionPenalty = 2 };
        var sampler = new TokenSampler(options, [1]);

        Assert.Equal(2, sampler.Next([.. Logits]));
        Assert.Equal(1, sampler.Next([.. Logits]));
    }

    [Fact]
    public void Next_WithARepetitionPenalty_PushesNegativeLogitsDown() =>
        Assert.Equal(1, new TokenSampler(new GenerationOptions { RepetitionPenalty = 2 }, [0]).Next([-1, -1.5f]));

    [Fact]
    public void Next_WithASeed_RepeatsAcrossSamplers()
    {
        var options = new GenerationOptions { Temperature = 2, Seed = 42 };
        int[] Draws() { var s = new TokenSampler(options); return [.. Enumerable.Range(0, 50).Select(_ => s.Next([.. Logits]))]; }

        Assert.Equal(Draws(), Draws());
    }

    [Fact]
    public void Next_WhereOneTokenIsCertain_DrawsIt() =>
        Assert.Equal(0, new TokenSampler(new GenerationOptions { Temperature = 1, TopP = 0.9f }).Next([1000, -1000, float.NegativeInfinity]));

    [Theory]
    [InlineData(-1f, 0, 1f, 1f, "Temperature")]
    [InlineData(1f, -1, 1f, 1f, "TopK")]
    [InlineData(1f, 0, 0f, 1f, "TopP")]
    [InlineData(1f, 0, 1.5f, 1f, "TopP")]
    [InlineData(1f, 0, 1f, 0f, "RepetitionPenalty")]
    [InlineData(float.NaN, 0, 1f, 1f, "Temperature")]
    public void Constructor_WithAValueOutOfRange_NamesIt(float temperature, int topK, float topP, float penalty, string name) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(
            new GenerationOptions { Temperature = temperature, TopK = topK, TopP = topP, RepetitionPenalty = penalty })).ParamName);

    static int Draw(GenerationOptions options) => new TokenSampler(options).Next([.. Logits]);

    static int[] Counts(GenerationOptions options)
    {
        var sampler = new TokenSampler(options with { Seed = 1 });
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < 20_000; i++)
        {
            counts[sampler.Next([.. Logits])]++;
        }

        return counts;
    }
}
