using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Speech.Endpointing;
using AgentChain.Onnx.Tests.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech;

/// <summary>Detectors, recognizers and voices of the host that return what no contract allows, or throw when they are given back.</summary>
public sealed class ForeignImplementationsTests
{
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(-0.5f, "-0.5")]
    public void Endpointer_DetectorReturnsNoProbability_NamesItAndTheValue(float returned, string named)
    {
        using var endpointer = new Endpointer(16000, new EndpointerOptions { CreateDetector = _ => new ScriptedDetector(16000, 100, [returned]) });

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => endpointer.Accept(new float[200]));

        Assert.Contains($"ScriptedDetector returned {named}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecognitionBlock_NoStream_NamesTheRecognizer() =>
        Assert.Contains("Recognizer returned no stream", await FailureAsync(new Recognizer(_host.Devices[0], null)), StringComparison.Ordinal);

    [Fact]
    public async Task RecognitionBlock_NoText_NamesTheStream() =>
        Assert.Contains("Listening returned no text", await FailureAsync(Answering(default)), StringComparison.Ordinal);

    [Fact]
    public async Task RecognitionBlock_NoProbability_NamesTheStream() =>
        Assert.Contains(
            "Listening returned the posterior NaN", await FailureAsync(Answering(new SpeechHypothesis("five", 1, double.NaN, 0.5))), StringComparison.Ordinal);

    [Fact]
    public async Task RecognitionBlock_StreamThrowsWhenItIsReset_IsDisposedAndNotUsedAgain()
    {
        Recognizer recognizer = Answering(new SpeechHypothesis("five", 1, 0.5, 0.5));
        recognizer.Stream!.OnReset = static () => throw new FormatException("it is gone");

        Assert.Contains("it is gone", await FailureAsync(recognizer), StringComparison.Ordinal);

        Assert.Equal((1, 1), (recognizer.Created, recognizer.Stream.Disposed));
    }

    [Fact]
    public async Task RecognitionBlock_DetectorThrowsWhenItIsDisposed_StreamIsDisposed()
    {
        Recognizer recognizer = Answering(new SpeechHypothesis("five", 1, 0.5, 0.5));
        var detector = new Undisposable();

        Assert.Contains("stuck", await FailureAsync(recognizer, detector), StringComparison.Ordinal);

        Assert.Equal((1, 1), (recognizer.Stream!.Disposed, detector.Disposed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SpeechSynthesisBlock_NoAudio_NamesTheVoice(bool streams)
    {
        var block = new SpeechSynthesisBlock(new Mute(_host.Devices[0]));
        using var devices = new DeviceScheduler(_host.Devices);
        var options = new ChainOptions { Devices = devices };
        string on = _host.Devices[0].Name;
        ChainBuilder<string, string> text = Chain.From<string>("say");
        Exception error = await Assert.ThrowsAsync<BlockFailedException>(async () =>
        {
            if (streams)
            {
                await using StreamChain<string, PcmAudio> chain = text.Stream("speak", block, o => o.On(on)).Build(options);
                await chain.RunToListAsync("hello").AsTask().WaitAsync(TimeSpan.FromMinutes(1));
            }
            else
            {
                await using Chain<string, PcmAudio> chain = text.Then("speak", (IBlock<string, PcmAudio>)block, o => o.On(on)).Build(options);
                await chain.RunAsync("hello").AsTask().WaitAsync(TimeSpan.FromMinutes(1));
            }
        });

        Assert.Contains("Mute returned no audio", error.InnerException!.Message, StringComparison.Ordinal);
    }

    private Recognizer Answering(SpeechHypothesis hypothesis) => new(_host.Devices[0], new Listening(hypothesis));

    private async Task<string> FailureAsync(Recognizer recognizer, ISpeechDetector? detector = null)
    {
        using var block = new RecognitionBlock(recognizer, detector is null ? null : new RecognitionBlockOptions
        {
            Endpointing = new EndpointerOptions { CreateDetector = _ => detector },
        });
        using var devices = new DeviceScheduler(_host.Devices);
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("hear").Revise("listen", block, o => o.On(_host.Devices[0].Name)).Build(new ChainOptions { Devices = devices });
        float[] samples = [.. new float[8000], .. SpeechSignals.Tones(1, 5), .. new float[16000]];
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(
            () => chain.RunAsync(new PcmAudio(samples, SpeechSignals.Rate)).AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("listen", error.Block);
        return error.InnerException!.Message;
    }

    private sealed class Recognizer(ComputeDevice device, Listening? stream) : IRecognizer
    {
        public Listening? Stream => stream;

        public int Created { get; private set; }

        public int SampleRate => SpeechSignals.Rate;

        public ComputeDevice Device => device;

        public bool WritesText => true;

        public IRecognizerStream CreateStream()
        {
            Created++;
            return stream!;
        }
    }

    private sealed class Listening(SpeechHypothesis hypothesis) : IRecognizerStream
    {
        public int Disposed { get; private set; }

        public Action OnReset { get; set; } = static () => { };

        public SpeechHypothesis Current => hypothesis;

        public SpeechHypothesis Ending => hypothesis;

        public void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default)
        {
        }

        public SpeechHypothesis Finish(CancellationToken cancellationToken = default) => hypothesis;

        public void Reset() => OnReset();

        public void Dispose() => Disposed++;
    }

    /// <summary>Hears speech everywhere, and throws when it is disposed.</summary>
    private sealed class Undisposable : ISpeechDetector
    {
        public int Disposed { get; private set; }

        public int SampleRate => SpeechSignals.Rate;

        public int FrameLength => 160;

        public float Accept(ReadOnlySpan<float> frame) => 1;

        public void Reset()
        {
        }

        public void Dispose()
        {
            Disposed++;
            throw new FormatException("stuck");
        }
    }

    private sealed class Mute(ComputeDevice device) : IVoice
    {
        public int SampleRate => 22050;

        public ComputeDevice Device => device;

        public PcmAudio Synthesize(string text, SpeechStyle? style = null, CancellationToken cancellationToken = default) => null!;
    }
}
