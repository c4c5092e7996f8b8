using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>The blocks with a recognizer that is the host's own.</summary>
public sealed class ForeignRecognizerTests
{
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(false, "$5")]
    [InlineData(true, "five dollars")]
    public async Task RecognitionBlock_WithAHostsRecognizer_ConvertsWordsUnlessItWritesText(bool writesText, string text)
    {
        var recognizer = new Recognizer(_host.Devices[0], writesText, "five dollars");
        using var block = new RecognitionBlock(recognizer);
        using var devices = new DeviceScheduler(_host.Devices);
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("hear").Revise("listen", block, o => o.On(_host.Devices[0].Name)).Build(new ChainOptions { Devices = devices });
        float[] samples = [.. new float[8000], .. SpeechSignals.Tones(1, 5), .. new float[16000]];

        Transcript transcript = await chain.RunAsync(new PcmAudio(samples, SpeechSignals.Rate)).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(("five dollars", text), (transcript.Words, transcript.Text));
        Assert.InRange(recognizer.Heard, SpeechSignals.Rate, samples.Length);
    }

    private sealed class Recognizer(ComputeDevice device, bool writesText, string words) : IRecognizer
    {
        public int Heard { get; set; }

        public int SampleRate => SpeechSignals.Rate;

        public ComputeDevice Device => device;

        public bool WritesText => writesText;

        public IRecognizerStream CreateStream() => new Listening(this, words);
    }

    private sealed class Listening(Recognizer recognizer, string words) : IRecognizerStream
    {
        public SpeechHypothesis Current => new(words.Split(' ')[0], 1, 0.5, 0.5);

        public SpeechHypothesis Ending => new(words, 2, 1, 1);

        public void Accept(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default) => recognizer.Heard += samples.Length;

        public SpeechHypothesis Finish(CancellationToken cancellationToken = default) => Ending;

        public void Reset()
        {
        }

        public void Dispose()
        {
        }
    }
}
