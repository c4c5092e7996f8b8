using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

public sealed class LanguageModelBlockTests : IDisposable
{
    readonly LanguageModel _model = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"));

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Chain_WithTheBlock_StreamsTheAnswer()
    {
        var finished = new TaskCompletionSource<GenerationStatistics>();
        await using StreamChain<string, string> chain = Chain.From<string>("test")
            .Then("prompt", text => new ChatPrompt(new ChatMessage(ChatRole.User, text)))
            .Stream("respond", new LanguageModelBlock(_model, new GenerationOptions { MaxTokens = 20 }, (s, _) => finished.TrySetResult(s)), o => o.On("cpu"))
            .Build();
        await chain.WarmUpAsync();

        string answer = string.Concat(await chain.RunToListAsync("hello"));

        using var lane = new DeviceLane("direct");
        string direct = await _model.Generate(lane, new ChatPrompt(new ChatMessage(ChatRole.User, "hello")), new GenerationOptions { MaxTokens = 20 }).ToTextAsync();
        Assert.Equal(direct, answer);
        GenerationStatistics statistics = await finished.Task;
        Assert.InRange(statistics.GeneratedTokens, 1, 20);
        Assert.Equal(_model.Encode(new ChatPrompt(new ChatMessage(ChatRole.User, "hello"))).Count, statistics.PromptTokens);
    }

    [Fact]
    public void Constructor_BadArgument_NamesItAndItsRange()
    {
        var cold = Assert.Throws<ArgumentOutOfRangeException>("Temperature", () => new LanguageModelBlock(_model, new() { Temperature = -1 }));
        Assert.Contains("GenerationOptions.Temperature is -1; it must be a number from 0 to 100.", cold.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("model", () => new LanguageModelBlock(null!));
    }

    [Fact]
    public async Task Generate_ModelWasDisposed_NamesItAndTheWayOut()
    {
        LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"));
        using var lane = new DeviceLane("cpu");
        model.Dispose();

        var error = await Assert.ThrowsAsync<ObjectDisposedException>(async () => await model.Generate(lane, [1, 2, 3]).ToTextAsync());

        Assert.Contains("The language model 'tiny-genai' was disposed. Dispose a model after the chains that use it", error.Message, StringComparison.Ordinal);
        Assert.Contains("'tiny-genai/model.onnx' was unloaded", Assert.Throws<ObjectDisposedException>(model.CreateCache).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrefillAsync_InATurn_IsFoundByItsRunAndChangesNothing()
    {
        var reused = new List<int>();
        var block = new LanguageModelBlock(_model, new GenerationOptions { MaxTokens = 20 }, (s, _) => reused.Add(s.ReusedTokens));
        await using StreamChain<string, string> plain = Chain.From<string>("plain").Then("prompt", Ask).Stream("respond", block, o => o.On("cpu")).Build();
        await using StreamChain<string, string> ahead = Chain.From<string>("ahead")
            .Then("prompt", Ask)
            .Then("prefill", new Ahead(block), o => o.On("cpu"))
            .Stream("respond", block, o => o.On("cpu"))
            .Build();

        IReadOnlyList<string> warmed = await ahead.RunToListAsync("what is my balance today");
        int known = reused[0];
        await plain.RunToListAsync("something else entirely is asked here");

        Assert.Equal(await plain.RunToListAsync("what is my balance today"), warmed);
        Assert.Equal(_model.Format!.EncodeStable(_model.Tokenizer, Ask("what is my balance today")).Count, known);

        static ChatPrompt Ask(string text) => new(new ChatMessage(ChatRole.User, text));
    }

    [Fact]
    public async Task PrefillAsync_OfAPrompt_CountsWhatItRead()
    {
        using var meters = new Meters();
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: new LanguageModelOptions { MeterFactory = meters });
        using var lane = new DeviceLane("test");
        long counted = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == meters.Made && instrument.Name == "agentchain.language_model.prefilled_tokens")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, tokens, _, _) => counted += tokens);
        listener.Start();

        int read = await model.PrefillAsync(lane, new ChatPrompt(new ChatMessage(ChatRole.User, "what is my balance")));
        read += await model.PrefillAsync(lane, new ChatPrompt(new ChatMessage(ChatRole.User, "what is my balance today")));

        Assert.True(read > 0);
        Assert.Equal(read, counted);
    }

    [Fact]
    public void Build_WithoutADevice_SaysHowToAddOne()
    {
        var error = Assert.Throws<ChainValidationException>(
            () => Chain.From<ChatPrompt>("test").Stream("respond", new LanguageModelBlock(_model)).Build());

        Assert.Contains("'respond' needs a lane of cpu; add it with o => o.On(\"cpu\")", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OnAnotherDeviceThanTheModels_SaysWhichIsRight()
    {
        using var scheduler = new DeviceScheduler([new ComputeDevice("npu:0", DeviceKind.Other), ComputeDevice.Cpu()]);
        var error = Assert.Throws<ChainValidationException>(() => Chain.From<ChatPrompt>("test")
            .Stream("respond", new LanguageModelBlock(_model), o => o.On("npu:0"))
            .Build(new ChainOptions { Devices = scheduler }));

        Assert.Contains("'respond' needs a lane of cpu, but requests npu:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_OnAKindOfDevice_SaysWhichItWasGiven()
    {
        using var scheduler = new DeviceScheduler([new ComputeDevice("cpu2", DeviceKind.Cpu), ComputeDevice.Cpu()]);
        await using StreamChain<ChatPrompt, string> chain = Chain.From<ChatPrompt>("test")
            .Stream("respond", new LanguageModelBlock(_model), o => o.On(DeviceKind.Cpu))
            .Build(new ChainOptions { Devices = scheduler });

        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(
            () => chain.RunToListAsync(new ChatPrompt(new ChatMessage(ChatRole.User, "a b c"))).AsTask());

        Assert.Contains("was given cpu2, but its model is on cpu", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_WhoseTurnIsCancelled_LeavesTheModelUsable()
    {
        await using StreamChain<ChatPrompt, string> chain = Chain.From<ChatPrompt>("test")
            .Stream("respond", new LanguageModelBlock(_model, new GenerationOptions { MaxTokens = 140 }), o => o.On(DeviceKind.Cpu))
            .Build();
        var prompt = new ChatPrompt(new ChatMessage(ChatRole.User, "a b c"));
        IReadOnlyList<string> whole = await chain.RunToListAsync(prompt);
        using var cancel = new CancellationTokenSource();

        Turn<string> turn = chain.Start(prompt, cancel.Token);
        await foreach (string _ in turn.Output)
        {
            await cancel.CancelAsync();
            break;
        }

        await turn.Completion;
        await turn.DisposeAsync();
        Assert.Equal(whole, await chain.RunToListAsync(prompt));
        Assert.Equal(0, chain.DetachedBlocks);
    }

    /// <summary>Reads other beginnings ahead, then the right one.</summary>
    sealed class Ahead(LanguageModelBlock model) : IBlock<ChatPrompt, ChatPrompt>
    {
        public async ValueTask<ChatPrompt> InvokeAsync(ChatPrompt input, BlockContext context, CancellationToken cancellationToken)
        {
            await model.PrefillAsync(ChatPrompt.Of("be brief", "who is there"), context, cancellationToken);
            await model.PrefillAsync(input, context, cancellationToken);
            return input;
        }
    }
}
