using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Endpointing;

namespace AgentChain.Onnx.Tests.Speech.Endpointing;

public sealed class SileroSpeechDetectorTests : IDisposable
{
    private readonly OnnxRuntimeHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16_000, 512, 64, 0.01f)]
    [InlineData(8000, 256, 32, 0.005f)]
    public void Accept_Frames_GetTheirContextTheStateAndTheRate(int rate, int length, int context, float share)
    {
        using SileroModel model = Small();
        using SileroSpeechDetector detector = model.CreateDetector(rate);
        float[] frame = new float[length];
        frame[^context] = 0.25f; // the first sample of the next frame's context

        Assert.Equal((rate, length), (detector.SampleRate, detector.FrameLength));
        Assert.Equal(share + 0.001f, detector.Accept(frame), 1e-6f);
        Assert.Equal(share + 0.252f, detector.Accept(frame), 1e-6f);
        detector.Reset();
        Assert.Equal(share + 0.001f, detector.Accept(frame), 1e-6f);
    }

    [Fact]
    public void CreateDetector_ForEachSignal_KeepsStatesApart()
    {
        using SileroModel model = Small();
        using SileroSpeechDetector one = model.CreateDetector(16_000), other = model.CreateDetector(16_000);
        one.Accept(new float[512]);
        one.Accept(new float[512]);

        Assert.Equal(0.011f, other.Accept(new float[512]), 1e-6f);
        Assert.Equal(0.013f, one.Accept(new float[512]), 1e-6f);
    }

    [Fact]
    public void Accept_NanOrAFrameOfAnotherLength_IsSilenceOrRefused()
    {
        using SileroModel model = Small();
        using SileroSpeechDetector detector = model.CreateDetector(16_000);
        float[] broken = new float[512];
        broken[448] = 0.5f;
        broken[100] = float.NaN;

        Assert.Equal(0.011f, detector.Accept(broken), 1e-6f);
        Assert.Equal(0.012f, detector.Accept(new float[512]), 1e-6f);
        Assert.Contains("512", Assert.Throws<ArgumentException>(() => detector.Accept(new float[160])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateDetector_AnotherRate_SaysWhichItTakes()
    {
        using SileroModel model = Small();
        Assert.Contains("8000 or 16000", Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateDetector(44_100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherLayoutOrNoFile_NamesIt()
    {
        string path = Path.Combine(_folder.Path, "other.onnx");
        SileroGraph.Write(path, "h");

        string message = Assert.Throws<OnnxModelException>(() => SileroModel.Load(_host, path)).Message;

        Assert.Contains("'other.onnx'", message, StringComparison.Ordinal);
        Assert.Contains("no 'state'", message, StringComparison.Ordinal);
        Assert.Contains("absent.onnx", Assert.Throws<OnnxModelException>(() => SileroModel.Load(_host, Path.Combine(_folder.Path, "absent.onnx"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfTheEndpointer_ReleasesTheDetectorsTensors()
    {
        using SileroModel model = Small();
        using (SpeechGate gate = new(16_000, new EndpointerOptions { CreateDetector = model.CreateDetector }))
        {
            Assert.Equal(1, model.Session.LiveBindings);
        }

        Assert.Equal(0, model.Session.LiveBindings);
    }

    [SileroFact]
    public void FindSpeech_RealModel_HearsSpeechButNoNoiseToneOrSilence()
    {
        using SileroModel model = SileroModel.Load(_host, SileroFactAttribute.Model);
        EndpointerOptions options = new() { CreateDetector = model.CreateDetector };
        PcmAudio speech = WavReader.ReadFile(Fixtures.Fixture.Models("recognizer", "reference.wav"));
        PcmAudio pause = new(Fixture.Noise(16_000, 0.002f), 16_000);

        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(PcmAudio.Concat([pause, speech, pause]), options));

        (int expectedStart, int expectedEnd) = Assert.NotNull(Endpointer.FindSpeech(PcmAudio.Concat([pause, speech, pause])));
        Assert.InRange(start, expectedStart - 3200, expectedStart + 3200);
        Assert.InRange(end, expectedEnd - 4800, expectedEnd + 4800);
        Assert.Null(Endpointer.FindSpeech(new PcmAudio(Fixture.Noise(48_000, 0.3f), 16_000), options));
        Assert.Null(Endpointer.FindSpeech(new PcmAudio(Fixture.Sine(16_000, 1000, 48_000), 16_000), options));
        Assert.Null(Endpointer.FindSpeech(PcmAudio.Silence(TimeSpan.FromSeconds(3), 16_000), options));
    }

    private SileroModel Small()
    {
        string path = Path.Combine(_folder.Path, "silero.onnx");
        SileroGraph.Write(path);
        return SileroModel.Load(_host, path);
    }
}
