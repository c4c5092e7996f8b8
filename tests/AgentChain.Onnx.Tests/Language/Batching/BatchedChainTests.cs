using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Turns of a chain that decode together, as far as their deadlines allow.</summary>
public sealed class BatchedChainTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_TurnWithABudget_DecodesWithAsManyAsItHasTimeFor(bool hasBudget)
    {
        using var sizes = new BatchSizes();
        using LanguageModel model = LanguageModel.Load(
            new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: new LanguageModelOptions { MaxLength = 160, MeterFactory = sizes });
        model.Runner.Times.Record(2, TimeSpan.FromDays(100));
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]);
        var block = new LanguageModelBlock(model, new GenerationOptions { MaxTokens = 40 });
        await using StreamChain<ChatPrompt, string> free = Chain.From<ChatPrompt>("free").Stream("respond", block, o => o.On("cpu"))
            .Build(new ChainOptions { Devices = scheduler });
        await using StreamChain<ChatPrompt, string> other = Chain.From<ChatPrompt>("other").Stream("respond", block, o => o.On("cpu"))
            .Build(new ChainOptions { Devices = scheduler, Budget = hasBudget ? LatencyBudget.Total(TimeSpan.FromMinutes(10)) : LatencyBudget.None });

        // The lane is busy until both wait for it.
        DeviceLease lease = await scheduler.AcquireAsync(new PlacementRequest("test", DeviceRequest.Named("cpu")), default);
        using var hold = new ManualResetEventSlim();
        Task held = lease.Lane.RunAsync(hold, static (hold, _) => hold.Wait(BatchingWorld.Hang), default).AsTask();
        Task[] answers = [free.RunToListAsync(Ask("one")).AsTask(), other.RunToListAsync(Ask("two")).AsTask()];
        Assert.True(SpinWait.SpinUntil(() => model.Decoding(lease.Lane) == 2, BatchingWorld.Hang));
        hold.Set();
        await Task.WhenAll(answers).WaitAsync(BatchingWorld.Hang);
        await held;
        lease.Dispose();

        Assert.Equal(!hasBudget, sizes.Steps.Keys.Any(k => k > 1));
    }

    static ChatPrompt Ask(string text) => new(new ChatMessage(ChatRole.User, text));
}
