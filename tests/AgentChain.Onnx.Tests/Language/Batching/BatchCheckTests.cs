using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>A number of sequences is run together only where that gives the same logits.</summary>
public sealed class BatchCheckTests
{
    [Theory]
    [InlineData("tiny-genai", 8)]
    [InlineData("tiny-genai-fp16", 8)]
    [InlineData("tiny-optimum", 1)]
    public async Task Generate_Together_RunsAsManyAsTheModelSupports(string fixture, int expected)
    {
        Dictionary<long, int> sizes = await SizesAsync(Fixture.Path(fixture), 8);

        Assert.Equal(expected, sizes.Keys.Max());
        Assert.InRange(sizes[expected], 10, int.MaxValue);
    }

    [Fact]
    public void Load_WithABatchBelowOne_NamesTheOption()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: new LanguageModelOptions { MaxBatch = 0 }));

        Assert.Equal((nameof(LanguageModelOptions.MaxBatch), 0), (error.ParamName, error.ActualValue));
    }

    [Fact]
    public async Task Generate_WithABatchOfOne_RunsEachAlone() => Assert.Equal([1], (await SizesAsync(Fixture.Path("tiny-genai"), 1)).Keys);

    [Fact]
    public async Task Generate_WhereSeveralGiveOtherLogits_TriesOnceAndGivesThoseOfOne()
    {
        using var odd = new OddModel(fails: false);

        Dictionary<long, int> sizes = await SizesAsync(odd.Path, 4);

        // Prompts are read one after another, so that two are together first.
        Assert.Equal([1, 2], sizes.Keys.Order());
        Assert.Equal(1, sizes[2]);
    }

    [Fact]
    public async Task Generate_WhereARunOfSeveralFails_GoesOnOneByOne()
    {
        using var odd = new OddModel(fails: true);

        Assert.Equal([1], (await SizesAsync(odd.Path, 4)).Keys);
    }

    [Fact]
    public void Load_WithTheLargestBatchAndConcurrency_DecodesTogetherInBounds()
    {
        var options = new LanguageModelOptions { MaxLength = 160, MaxBatch = int.MaxValue, MaxConcurrency = int.MaxValue };
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: options);

        Assert.Equal(256, model.Runner.Largest);
    }

    [Fact]
    public void StepAll_SequencesFailInTheStepThatIsChecked_DoesNotCountAsEqual()
    {
        using var odd = new OddModel(fails: false);
        using var world = new BatchingWorld(odd.Path);
        DecodeMember[] first = [world.Member(1, _ => throw new InvalidOperationException("reader")), world.Member(2, _ => throw new InvalidOperationException("reader"))];
        world.Runner.StepAll(first);
        Assert.All(first, member => Assert.True(member.HasFailed));

        world.Runner.StepAll([world.Member(3, _ => true), world.Member(4, _ => true)]);

        // The logits of two differ, which a step whose readers failed must not hide.
        Assert.Equal(1, world.Runner.Largest);
    }

    /// <summary>Lets eight generate together, checks their tokens, and returns how many steps had how many sequences.</summary>
    static async Task<Dictionary<long, int>> SizesAsync(string folder, int most)
    {
        using var sizes = new BatchSizes();
        using var lane = new DeviceLane("test");
        var host = new OnnxRuntimeHost();
        var options = new LanguageModelOptions { MaxLength = 160, MaxConcurrency = 8, MaxBatch = most, MeterFactory = sizes };
        using LanguageModel single = LanguageModel.Load(host, folder, options: options with { MaxConcurrency = 1, MeterFactory = null });
        using LanguageModel model = LanguageModel.Load(host, folder, options: options);
        int[][] prompts = [.. Enumerable.Range(0, 8).Select(i => BatchingWorld.Prompt(i, 5 + i))];
        using var hold = new ManualResetEventSlim();
        _ = lane.RunAsync(hold, static (hold, _) => hold.Wait(BatchingWorld.Hang), default).AsTask();

        Task<string>[] together = [.. prompts.Select(p => model.Generate(lane, p, new GenerationOptions { MaxTokens = 30 }).ToTextAsync().AsTask())];
        hold.Set();

        string[] answers = await Task.WhenAll(together).WaitAsync(BatchingWorld.Hang);
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.Equal(await single.Generate(lane, prompts[i], new GenerationOptions { MaxTokens = 30 }).ToTextAsync(), answers[i]);
        }

        return sizes.Steps;
    }
}
