using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language;

/// <content>Decoding together: it saves runs and changes nothing.</content>
public abstract partial class LanguageModelContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1.3f)]
    public async Task Generate_SeveralTogether_GivesEachWhatItGivesAlone(float temperature)
    {
        LanguageModelOptions four = _options with { MaxConcurrency = 4, PrefillChunk = 16 };
        using LanguageModel model = LanguageModel.Load(Host, Folder, options: four);
        using LanguageModel single = LanguageModel.Load(Host, Folder, options: four with { MaxBatch = 1, MaxConcurrency = 1 });
        for (int round = 0; round < 3; round++)
        {
            // Every length of prompt and answer, so that they join and leave one after another.
            List<int>[] prompts = [.. Enumerable.Range(0, 4).Select(i => Prompt((10 * round) + i + 200, 3 + (13 * i)))];
            GenerationOptions[] ways = [.. Enumerable.Range(0, 4).Select(i => new GenerationOptions
            {
                MaxTokens = 50 - (12 * i), Temperature = temperature, TopP = 0.95f, Seed = (ulong)i,
            })];
            var alone = new List<List<int>>();
            for (int i = 0; i < 4; i++)
            {
                alone.Add(await IdsAsync(single.Generate(Lane, prompts[i], ways[i])));
            }

            List<int>[] together = await Task.WhenAll(prompts.Zip(ways, (p, w) => IdsAsync(model.Generate(Lane, p, w)))).WaitAsync(Hang);

            Assert.Equal(alone, together);
        }
    }

    [Fact]
    public async Task Generate_TogetherOnTwoLanes_GivesEachWhatItGivesAlone()
    {
        using var second = new AgentChain.Devices.DeviceLane("contract 2");
        using LanguageModel model = LanguageModel.Load(Host, Folder, options: _options with { MaxConcurrency = 6 });
        List<int>[] prompts = [.. Enumerable.Range(300, 12).Select(seed => Prompt(seed, 8))];
        var alone = new List<List<int>>();
        foreach (List<int> prompt in prompts)
        {
            alone.Add(await TokensAsync(Model, Lane, prompt));
        }

        for (int round = 0; round < 4; round++)
        {
            List<int>[] together = await Task.WhenAll(prompts.Select((p, i) => TokensAsync(model, i % 2 == 0 ? Lane : second, p))).WaitAsync(Hang);

            Assert.Equal(alone, together);
        }
    }
}
