using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A device that goes while a phase runs on it: another one goes on behind the last token.</summary>
public sealed class PhasedDeviceLossTests : IDisposable
{
    const string Twin = TwoMemories.Accelerator;

    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    readonly OnnxRuntimeHost _host;
    readonly LanguageModel _cpu;
    readonly LanguageModel _twin;
    readonly LanguageModel _alone = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: new() { PrefixCacheBytes = 0 });
    Action? _beforeCopy;

    public PhasedDeviceLossTests()
    {
        _host = TwoMemories.CreateHost(() => _beforeCopy?.Invoke());
        _cpu = LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named("cpu"));
        _twin = LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named(Twin), new() { PrefixCache = _cpu.PrefixCache });
    }

    public void Dispose()
    {
        _alone.Dispose();
        _twin.Dispose();
        _cpu.Dispose();
        Assert.Empty(_host.Ledger.Holders);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.4f)]
    public async Task Chain_DeviceIsLostInMidAnswer_AnotherContinuesWithTheSameTokens(float temperature)
    {
        (string question, GenerationOptions options, string answer) = await LongAnswerAsync(temperature);
        using var devices = new DeviceScheduler(_host.Devices, new First(Twin));
        await using StreamChain<string, string> chain = ChainOf(devices, options);
        Turn<string> turn = chain.Start(question);
        string got = "";

        // The answer is longer than what is generated ahead of its reader.
        await foreach (string piece in turn.Output)
        {
            if (got.Length == 0)
            {
                devices.MarkLost(Twin);
            }

            got += piece;
        }

        Assert.Equal((TurnOutcome.Completed, answer), ((await turn.Completion).Outcome, got));
        Assert.Equal(["respond/decode", "respond/decode", "respond/prefill"], (await turn.Completion).Report.Spans.Select(span => span.Block).Where(name => name.Contains('/')).Order());
    }

    [Fact]
    public async Task Chain_DeviceIsLostWhileItReadsThePrompt_AnotherReadsAndAnswers()
    {
        (string question, GenerationOptions options, string answer) = await LongAnswerAsync(0);
        using var devices = new DeviceScheduler(_host.Devices, new First(Twin));
        await using StreamChain<string, string> chain = ChainOf(devices, options);
        using DeviceLease busy = await devices.AcquireAsync(new PlacementRequest("test", DeviceRequest.Named(Twin)), default);
        using var hold = new ManualResetEventSlim();
        Task held = busy.Lane.RunAsync(hold, static (hold, _) => hold.Wait(Hang), default).AsTask();
        Task<IReadOnlyList<string>> pieces = chain.RunToListAsync(question).AsTask();
        Assert.True(SpinWait.SpinUntil(() => busy.Lane.Pending == 2, Hang));

        devices.MarkLost(Twin);

        Assert.Equal(answer, string.Concat(await pieces.WaitAsync(Hang)));
        hold.Set();
        await Assert.ThrowsAsync<DeviceLostException>(() => held);
    }

    [Fact]
    public async Task Chain_NativeCallFindsTheDeviceGone_TellsTheSchedulerAndGoesOnElsewhere()
    {
        (string question, GenerationOptions options, string answer) = await LongAnswerAsync(0);
        using var devices = new DeviceScheduler(_host.Devices, new First(Twin));
        await using StreamChain<string, string> chain = ChainOf(devices, options);
        using var lane = new DeviceLane("test");
        await _cpu.PrefillAsync(lane, Ask(question));
        _beforeCopy = () => throw new DeviceLostException(Twin, new InvalidOperationException("CUDA failure 999"));

        string got = string.Concat(await chain.RunToListAsync(question));

        Assert.Equal((answer, true, false), (got, devices.IsLost(Twin), devices.IsLost("cpu")));
    }

    [Fact]
    public async Task Chain_NoDeviceIsLeft_FailsWithTheLoss()
    {
        (string question, GenerationOptions options, _) = await LongAnswerAsync(0);
        using var devices = new DeviceScheduler(_host.Devices, new First(Twin));
        await using StreamChain<string, string> chain = ChainOf(devices, options);
        Turn<string> turn = chain.Start(question);

        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () =>
        {
            await foreach (string piece in turn.Output)
            {
                devices.MarkLost("cpu");
                devices.MarkLost(Twin);
            }
        });

        Assert.IsType<DeviceLostException>(error.InnerException);
        Assert.Equal(0, devices.OpenLeases);
    }

    /// <summary>A question whose answer is longer than what is generated ahead of its reader, and that answer.</summary>
    async Task<(string Question, GenerationOptions Options, string Answer)> LongAnswerAsync(float temperature)
    {
        using var lane = new DeviceLane("alone");
        for (int i = 0; i < 400; i++)
        {
            var options = new GenerationOptions { MaxTokens = 110, Temperature = temperature, RepetitionPenalty = 1.1f, Seed = (ulong)i };
            string question = $"what is my balance today, number {i}";
            Generation generation = _alone.Generate(lane, Ask(question), options);
            string answer = await generation.ToTextAsync();
            if (generation.Statistics.GeneratedTokens > 100)
            {
                return (question, options, answer);
            }
        }

        throw new InvalidOperationException("No question has an answer of a hundred tokens.");
    }

    StreamChain<string, string> ChainOf(IDeviceScheduler devices, GenerationOptions options) => Chain.From<string>("phases")
        .Then("prompt", Ask)
        .Stream("respond", new PhasedLanguageModelBlock([_cpu, _twin], options) { PrefillFrom = 1 })
        .Build(new ChainOptions { Devices = devices });

    static ChatPrompt Ask(string text) => new(new ChatMessage(ChatRole.User, text));

    /// <summary>Places everything on one device, as long as it is there.</summary>
    sealed class First(string device) : IDevicePlacementPolicy
    {
        public string Name => "first";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                if (candidates[i].Device.Name == device)
                {
                    return i;
                }
            }

            return 0;
        }
    }
}
