using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>Logits that mean nothing: one typed error that names the model and the step, whatever the way to choose tokens.</summary>
public sealed class MeaninglessLogitsTests : IDisposable
{
    const int Width = 16;

    static readonly int[] Prompt = [5, 80, 33, 61, 7];
    readonly OnnxRuntimeHost _host = new();
    readonly DeviceLane _lane = new("test");

    public static TheoryData<float[], string> Rows => new()
    {
        { [1, float.NaN, 2, 0, 3], "NaN" },
        { [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], "NaN" },
        { [1, 2, float.PositiveInfinity, 0, 3], "infinity" },
        { [float.PositiveInfinity, float.NegativeInfinity, 1, 2, 3], "infinity" },
        { [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], "only negative infinity" },
    };

    public static IEnumerable<GenerationOptions> Ways =>
    [
        new(), new() { TopK = 1, Temperature = 1 }, new() { Temperature = 1 }, new() { Temperature = 1, TopK = 2 }, new() { Temperature = 0.5f, TopP = 0.9f },
        new() { Temperature = 2, TopP = 0.9f, TopK = 3 }, new() { RepetitionPenalty = 2 }, new() { Temperature = 1, RepetitionPenalty = 1.5f },
    ];

    public void Dispose() => _lane.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Next_OfAMeaninglessRow_NamesTheModelAndTheStep(float[] row, string problem)
    {
        foreach (GenerationOptions way in Ways)
        {
            var sampler = new TokenSampler(way, [1]) { ModelName = "tiny.onnx" };
            sampler.Next([1, 2, 3, 4, 5]);
            sampler.Next([1, 2, 3, 4, 5]);

            OnnxOutputException error = Assert.Throws<OnnxOutputException>(() => sampler.Next([.. row]));

            Assert.Equal(("tiny.onnx", "logits", 2), (error.ModelName, error.OutputName, error.Step));
            Assert.StartsWith($"'tiny.onnx' returned {problem} in 'logits' at step 2.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Next_WhereSomeTokensAreRuledOut_ChoosesAmongTheOthers() =>
        Assert.All(Ways, way => Assert.Equal(3, new TokenSampler(way).Next([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, -7])));

    [Theory]
    [InlineData("tiny-genai", 0)]
    [InlineData("tiny-genai", 1)]
    [InlineData("tiny-optimum", 0)]
    public async Task Generate_WithDamagedWeights_FailsInTheFirstStep(string fixture, float temperature)
    {
        using var damaged = new PatchedModel(Fixture.Path(fixture), "model.onnx", "logits.w", float.NaN, count: 1);
        using LanguageModel model = LanguageModel.Load(_host, damaged.Path);

        OnnxOutputException error = await Assert.ThrowsAsync<OnnxOutputException>(
            async () => await model.Generate(_lane, Prompt, new GenerationOptions { Temperature = temperature }).ToTextAsync());

        Assert.Equal(("model.onnx", 0), (error.ModelName, error.Step));
        await Assert.ThrowsAsync<OnnxOutputException>(async () => await model.WarmUpAsync(_lane));
    }

    [Fact]
    public async Task Generate_WhereALaterTokenIsDamaged_DeliversWhatCameBeforeAndForgetsTheCache()
    {
        List<int> good = await TokensAsync(Fixture.Path("tiny-genai"));
        int step = Enumerable.Range(2, good.Count - 2).First(i => !good.Take(i).Contains(good[i]) && !Prompt.Contains(good[i]));
        using var damaged = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "embed", float.NaN, good[step] * Width, Width);
        using LanguageModel model = LanguageModel.Load(_host, damaged.Path);

        for (int turn = 0; turn < 2; turn++)
        {
            Generation generation = model.Generate(_lane, Prompt, new GenerationOptions { MaxTokens = 24 });
            var tokens = new List<int>();
            OnnxOutputException error = await Assert.ThrowsAsync<OnnxOutputException>(async () =>
            {
                await foreach (GeneratedToken token in generation)
                {
                    tokens.Add(token.Id);
                }
            });

            Assert.Equal(step + 1, error.Step);
            Assert.Equal(good.Take(step + 1), tokens);

            // What the run left in the cache may be as meaningless, and is not built on.
            Assert.Equal(0, generation.Statistics.ReusedTokens);
        }
    }

    [Fact]
    public async Task Generate_AfterAPrefillOfADamagedToken_ForgetsItsPages()
    {
        using var damaged = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "embed", float.NaN, Prompt[2] * Width, Width);
        using LanguageModel model = LanguageModel.Load(_host, damaged.Path);
        int[] well = [1, 2, 3, 4, 5, 6, 7, 8];
        await model.PrefillAsync(_lane, well);
        await model.PrefillAsync(_lane, Prompt);
        using (PrefixLease before = model.PrefixCache!.Lease(Prompt))
        {
            Assert.Equal(Prompt.Length, before.Length);
        }

        await Assert.ThrowsAsync<OnnxOutputException>(async () => await model.Generate(_lane, Prompt).ToTextAsync());

        using PrefixLease after = model.PrefixCache.Lease(Prompt), other = model.PrefixCache.Lease(well);
        Assert.Equal((0, well.Length), (after.Length, other.Length));
    }

    [Fact]
    public async Task Chain_WithADamagedModel_FailsTheTurnAndGoesOn()
    {
        using var damaged = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "logits.w", float.NaN, count: 1);
        using LanguageModel model = LanguageModel.Load(_host, damaged.Path);
        await using StreamChain<string, string> chain = Chain.From<string>("damaged")
            .Then("prompt", text => new ChatPrompt(new ChatMessage(ChatRole.User, text)))
            .Stream("respond", new LanguageModelBlock(model), o => o.On("cpu"))
            .Build();

        for (int turn = 0; turn < 3; turn++)
        {
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => chain.RunToListAsync("hello").AsTask().WaitAsync(TimeSpan.FromMinutes(2)));
            Assert.Contains(Causes(error), e => e is OnnxOutputException { Step: 0 });
        }
    }

    static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }

    async Task<List<int>> TokensAsync(string folder)
    {
        using LanguageModel model = LanguageModel.Load(_host, folder);
        var tokens = new List<int>();
        await foreach (GeneratedToken token in model.Generate(_lane, Prompt, new GenerationOptions { MaxTokens = 24 }))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }
}
