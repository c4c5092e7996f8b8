using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tests.Runtime;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A block whose prompts are read on one device and answered on another.</summary>
public sealed class ReaderTests : IDisposable
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);
    static readonly GenerationOptions Options = new() { MaxTokens = 12 };
    static readonly ChatPrompt Prompt = ChatPrompt.Of("be brief", "what is my balance today and when is it due");

    readonly OnnxRuntimeHost _host = TwoMemories.CreateHost();
    readonly LanguageModel _model;
    readonly LanguageModel _reader;
    readonly List<GenerationStatistics> _finished = [];

    public ReaderTests()
    {
        _model = LanguageModel.Load(_host, Fixture.Path("tiny-genai"));
        _reader = LanguageModel.Load(_host, Fixture.Path("tiny-genai"), DeviceRequest.Named(TwoMemories.Accelerator), new() { PrefixCache = _model.PrefixCache });
    }

    public void Dispose()
    {
        _model.Dispose();
        _reader.Dispose();
    }

    [Fact]
    public async Task Invoke_WithAReader_ReadsThereAndGivesTheSameAnswer()
    {
        using var devices = new DeviceScheduler([_model.Device, _reader.Device]);
        await using StreamChain<ChatPrompt, string> chain = Build(devices);

        IReadOnlyList<string> answer = await chain.RunToListAsync(Prompt).AsTask().WaitAsync(Hang);

        Assert.Equal(await AloneAsync(), string.Concat(answer));
        Assert.Equal(_model.Encode(Prompt).Count - 1, _finished[0].ReusedTokens);
        Assert.Equal((0, 0L), (devices.OpenLeases, _model.PrefixCache!.Statistics.Leases));
    }

    [Fact]
    public async Task Invoke_WhereTheReadersDeviceIsLost_ReadsItselfAndGivesTheSameAnswer()
    {
        using var devices = new DeviceScheduler([_model.Device, _reader.Device]);
        await using StreamChain<ChatPrompt, string> chain = Build(devices);
        devices.MarkLost(TwoMemories.Accelerator);

        IReadOnlyList<string> answer = await chain.RunToListAsync(Prompt).AsTask().WaitAsync(Hang);

        Assert.Equal(await AloneAsync(), string.Concat(answer));
        Assert.Equal((0, 0), (_finished[0].ReusedTokens, devices.OpenLeases));
    }

    [Fact]
    public void Build_WithoutTheReadersDevice_NamesIt()
    {
        using var devices = new DeviceScheduler([_model.Device]);

        ChainValidationException error = Assert.Throws<ChainValidationException>(() => Build(devices));

        Assert.Contains(TwoMemories.Accelerator, error.Message, StringComparison.Ordinal);
        Assert.Contains("read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_WithPagesOfItsOwn_SaysHowToShareThem()
    {
        using LanguageModel other = LanguageModel.Load(_host, Fixture.Path("tiny-genai"));

        ArgumentException error = Assert.Throws<ArgumentException>(() => new LanguageModelBlock(_model) { Reader = other });

        Assert.Contains("LanguageModelOptions.PrefixCache", error.Message, StringComparison.Ordinal);
        Assert.Null(new LanguageModelBlock(_model) { Reader = null }.Reader);
    }

    StreamChain<ChatPrompt, string> Build(DeviceScheduler devices) => Chain.From<ChatPrompt>("two")
        .Stream("respond", new LanguageModelBlock(_model, Options, (statistics, _) => _finished.Add(statistics)) { Reader = _reader }, o => o.On("cpu"))
        .Build(new ChainOptions { Devices = devices });

    async Task<string> AloneAsync()
    {
        using LanguageModel alone = LanguageModel.Load(_host, Fixture.Path("tiny-genai"));
        using var lane = new DeviceLane("alone");
        return await alone.Generate(lane, Prompt, Options).ToTextAsync();
    }
}
