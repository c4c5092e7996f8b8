using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A language model on two devices with memory of their own, whose phases are placed by the scheduler.</summary>
public sealed class PhasedLanguageModelBlockTests : IDisposable
{
    static readonly GenerationOptions Short = new() { MaxTokens = 20 };

    readonly OnnxRuntimeHost _host = TwoMemories.CreateHost();
    readonly LanguageModel _cpu;
    readonly LanguageModel _twin;

    public PhasedLanguageModelBlockTests()
    {
        _cpu = LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named("cpu"));
        _twin = Load(new LanguageModelOptions { PrefixCache = _cpu.PrefixCache });
    }

    public void Dispose()
    {
        _twin.Dispose();
        _cpu.Dispose();
    }

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("cpu", TwoMemories.Accelerator)]
    [InlineData(TwoMemories.Accelerator, "cpu")]
    [InlineData(TwoMemories.Accelerator, TwoMemories.Accelerator)]
    public async Task Chain_WhereverThePhasesRun_TheAnswerIsTheSame(string prefill, string decode)
    {
        var policy = new ByPhase(prefill, decode);
        using var devices = new DeviceScheduler(_host.Devices, policy);
        GenerationStatistics statistics = default;
        var block = new PhasedLanguageModelBlock([_cpu, _twin], Short, (s, _) => statistics = s) { PrefillFrom = 1 };
        await using StreamChain<string, string> chain = ChainOf(block, devices);

        string answer = string.Concat(await chain.RunToListAsync("what is my balance today"));

        using var lane = new DeviceLane("direct");
        using LanguageModel alone = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"));
        Assert.Equal(await alone.Generate(lane, Ask("what is my balance today"), Short).ToTextAsync(), answer);
        Assert.Equal([(WorkPhase.Prefill, "respond", prefill), (WorkPhase.Decode, "respond", decode)], policy.Placed);
        Assert.Equal(statistics.PromptTokens - 1, statistics.ReusedTokens);
        Assert.Equal(0, devices.OpenLeases);
    }

    [Fact]
    public async Task Chain_PromptKnown_HasNoPrefillOfItsOwn()
    {
        var policy = new ByPhase("cpu", TwoMemories.Accelerator);
        using var devices = new DeviceScheduler(_host.Devices, policy);
        await using StreamChain<string, string> chain = ChainOf(new PhasedLanguageModelBlock([_cpu, _twin], Short) { PrefillFrom = 2 }, devices);
        IReadOnlyList<string> first = await chain.RunToListAsync("what is my balance today");
        policy.Placed.Clear();

        IReadOnlyList<string> second = await chain.RunToListAsync("what is my balance today");

        Assert.Equal(first, second);
        Assert.Equal([WorkPhase.Decode], policy.Placed.Select(placed => placed.Phase));
    }

    [Fact]
    public async Task Chain_WithCosts_LearnsEachPhaseOnEachDevice()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        var costs = new CostBook();
        await using StreamChain<string, string> chain = Chain.From<string>("desk")
            .Then("prompt", text => new ChatPrompt(new ChatMessage(ChatRole.User, text)))
            .Stream("respond", new PhasedLanguageModelBlock([_cpu, _twin], Short) { PrefillFrom = 1 })
            .Build(new ChainOptions { Devices = devices, Costs = costs });
        for (int i = 0; i < 6; i++)
        {
            await chain.RunToListAsync($"{i} what is my balance today");
        }

        string[] places = [.. from phase in (string[])["decode", "prefill"] from device in (string[])["cpu", TwoMemories.Accelerator] select $"respond/{phase} {device}"];
        Assert.Equal(places.Order(), chain.Explain().Works.Select(work => $"{work.Work} {work.Device}").Order());
        Assert.Equal(["respond (prefill)", "respond (decode)"], chain.ToPlacementProblem().Phases.Select(phase => phase.Name));
    }

    [Fact]
    public async Task ToPlacementProblem_ModelOnOneDevice_HasItsDecode()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        await using StreamChain<string, string> chain = Chain.From<string>("desk").Then("prompt", Ask)
            .Stream("respond", new PhasedLanguageModelBlock([_cpu], Short) { PrefillFrom = 1 })
            .Build(new ChainOptions { Devices = devices, Costs = new CostBook() });

        await chain.RunToListAsync("what is my balance today");

        Assert.Equal(["respond (decode)"], chain.ToPlacementProblem().Phases.Select(phase => phase.Name));
    }

    [Fact]
    public async Task WarmUpAsync_Chain_SaysWhatHasRunOnWhichDevice()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        await using StreamChain<string, string> chain = ChainOf(new PhasedLanguageModelBlock([_cpu, _twin], Short), devices);
        devices.MarkLost("cpu");
        await chain.WarmUpAsync();
        devices.Restore("cpu");
        Assert.Equal("not ready: respond: Cold (prompt on cpu: Cold; step on cpu: Cold)", chain.Readiness.ToString());
        await chain.WarmUpAsync();
        Assert.True(chain.Readiness.IsReady);
        Assert.Equal(4, chain.Readiness.Blocks.Single().Shapes.Count);
        Assert.Equal((0, 0), (devices.OpenLeases, devices.StuckLanes));
    }

    [Fact]
    public async Task Report_OfATurn_ShowsBothPhases()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        await using StreamChain<string, string> chain = ChainOf(new PhasedLanguageModelBlock([_cpu, _twin], Short) { PrefillFrom = 1 }, devices);
        Turn<string> turn = chain.Start("what is my balance today");
        await foreach (string _ in turn.Output)
        {
        }

        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(["respond/decode", "respond/prefill"], report.Spans.Select(span => span.Block).Where(name => name.Contains('/')).Order());
    }

    [Fact]
    public async Task Chain_CanceledAtAnyToken_GivesAllLeasesBack()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        await using StreamChain<string, string> chain = ChainOf(new PhasedLanguageModelBlock([_cpu, _twin], Short) { PrefillFrom = 1 }, devices);
        for (int i = 0; i < 20; i++)
        {
            Turn<string> turn = chain.Start($"what is my balance today, number {i}");
            int count = 0;
            await foreach (string _ in turn.Output)
            {
                if (count++ == i % 4)
                {
                    break;
                }
            }

            turn.Interrupt();
            await turn.Completion;
            await turn.WhenQuiescentAsync();
        }

        Assert.Equal((0, 0), (devices.OpenLeases, devices.StuckLanes));
        Assert.Equal(0, _cpu.PrefixCache!.Statistics.PagesLeased);
    }

    [Fact]
    public void Build_ADeviceIsNotThere_NamesThePhaseAndTheDevices()
    {
        using var devices = new DeviceScheduler([new ComputeDevice("cuda:0", DeviceKind.Cuda)]);

        var error = Assert.Throws<ChainValidationException>(() => ChainOf(new PhasedLanguageModelBlock([_cpu, _twin]), devices));

        Assert.Contains("'respond/prefill'", error.Message, StringComparison.Ordinal);
        Assert.Contains("cuda:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadModels_IsRefused()
    {
        using LanguageModel stranger = Load(new LanguageModelOptions());

        Assert.Throws<ArgumentException>(() => new PhasedLanguageModelBlock([]));
        Assert.Throws<ArgumentException>(() => new PhasedLanguageModelBlock([_cpu, null!]));
        Assert.Contains("loaded onto cpu", Assert.Throws<ArgumentException>(() => new PhasedLanguageModelBlock([_cpu, _cpu])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "do not share a prefix cache", Assert.Throws<ArgumentException>(() => new PhasedLanguageModelBlock([_cpu, stranger])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhasedLanguageModelBlock([_cpu]) { PrefillFrom = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Temperature", () => new PhasedLanguageModelBlock([_cpu], new() { Temperature = -1 }));
    }

    [Fact]
    public async Task WarmUpAsync_WarmsTheModelOnEachDevice()
    {
        using var devices = new DeviceScheduler(_host.Devices);
        await using StreamChain<string, string> chain = ChainOf(new PhasedLanguageModelBlock([_cpu, _twin], Short), devices);

        await chain.WarmUpAsync();

        Assert.Equal((1, 1), (_cpu.Caches, _twin.Caches));
    }

    LanguageModel Load(LanguageModelOptions options) =>
        LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named(TwoMemories.Accelerator), options);

    static StreamChain<string, string> ChainOf(PhasedLanguageModelBlock block, IDeviceScheduler devices) => Chain.From<string>("phases")
        .Then("prompt", Ask)
        .Stream("respond", block)
        .Build(new ChainOptions { Devices = devices });

    static ChatPrompt Ask(string text) => new(new ChatMessage(ChatRole.User, text));

    /// <summary>Places each phase on a device of its own.</summary>
    sealed class ByPhase(string prefill, string decode) : IDevicePlacementPolicy
    {
        public string Name => "by phase";

        public List<(WorkPhase Phase, string Block, string Device)> Placed { get; } = [];

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            string wanted = request.Phase == WorkPhase.Prefill ? prefill : decode;
            for (int i = 0; i < candidates.Length; i++)
            {
                if (candidates[i].Device.Name == wanted)
                {
                    Placed.Add((request.Phase, request.Block, wanted));
                    return i;
                }
            }

            return -1;
        }
    }
}
