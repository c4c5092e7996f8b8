using System.Text.Json;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;
using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

public sealed class CtcRecognizerTests
{
    private static readonly string Tiny = Fixture.Path("tiny-ctc");
    private static readonly string Own = Fixtures.Fixture.Models("recognizer");
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accept_AnyChunksAndRuns_GiveTheSame(bool greedy)
    {
        float[] noise = Fixture.Noise(3 * 8000 + 123, 0.3f);
        SpeechHypothesis? expected = null;
        foreach ((int outputs, int chunk) in ((int, int)[])[(100, 100_000), (8, 1000), (1, 77), (3, 100_000)])
        {
            using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Tiny, options: new CtcRecognizerOptions { OutputsPerRun = outputs, Greedy = greedy });
            using CtcRecognizerStream stream = recognizer.CreateStream();
            for (int turn = 0; turn < 2; turn++) // and again after Reset
            {
                SpeechHypothesis actual = Recognize(stream, noise, chunk);
                expected ??= actual;
                Assert.Equal(expected.Value.Text, actual.Text);
                Assert.Equal(expected.Value.Posterior, actual.Posterior, 1e-3);
                stream.Reset();
            }
        }

        Assert.NotEqual("", expected!.Value.Text);
    }

    [Fact]
    public void Finish_TinyGraph_UsesStateAndContextAsDirectRunDoes()
    {
        // The whole utterance in one run by hand, against the stream in runs of two outputs.
        float[] noise = Fixture.Noise(8000, 0.3f);
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Tiny, options: new CtcRecognizerOptions { OutputsPerRun = 2, Greedy = true });
        RecognizerSettings settings = recognizer.Settings;
        float[] frames = KaldiFbank.Compute(noise, settings.Features);
        int count = frames.Length / 20 + 8, outputs = (count - 11) / 3 + 1;
        float[] input = [.. Enumerable.Repeat(-15.9f, 8 * 20), .. frames], rows = new float[outputs * 5];
        using OnnxSession session = _host.Load(Path.Combine(Tiny, "recognizer.onnx"));
        using OnnxBinding binding = session.CreateBinding();
        binding.Input<float>("feats", input, 1, count, 20);
        binding.Input<float>("gru_state", new float[6], 1, 1, 6);
        binding.Output<float>("scores", rows, 1, outputs, 5);
        binding.Output<float>("next_gru_state", new float[6], 1, 1, 6);
        session.Run(binding);
        CtcGreedyDecoder decoder = new(settings.Labels);
        decoder.Accept(rows);

        using CtcRecognizerStream stream = recognizer.CreateStream();
        SpeechHypothesis actual = Recognize(stream, noise, 500);

        Assert.Equal(decoder.Finish().Text, actual.Text);
        Assert.Equal(decoder.Finish().Posterior, actual.Posterior, 1e-4 * decoder.Finish().Posterior);
    }

    [Fact]
    public void Finish_OwnModelsReferenceRecording_GivesTheRecipesTexts()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(Own, "reference.json")));
        PcmAudio audio = WavReader.ReadFile(Path.Combine(Own, "reference.wav"));
        float[] frames = KaldiFbank.Compute(audio.Samples.Span);
        Assert.Equal(reference.RootElement.GetProperty("frames").GetInt32(), frames.Length / 80);
        foreach (JsonProperty row in reference.RootElement.GetProperty("fbank").EnumerateObject())
        {
            int filter = 0, frame = int.Parse(row.Name);
            Assert.All(row.Value.EnumerateArray(), value => Assert.Equal(value.GetSingle(), frames[frame * 80 + filter++], 0.01f));
        }

        foreach ((bool greedy, string name) in ((bool, string)[])[(true, "greedy"), (false, "beam")])
        {
            using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Own, options: new CtcRecognizerOptions { Greedy = greedy });
            using CtcRecognizerStream stream = recognizer.CreateStream(audio.SampleRate);
            Assert.Equal(reference.RootElement.GetProperty(name).GetString(), Recognize(stream, audio.Samples.Span, 1600).Text);
        }
    }

    [Fact]
    public void CreateStream_OtherRate_Resamples()
    {
        PcmAudio audio = WavReader.ReadFile(Path.Combine(Own, "reference.wav"));
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Own);
        using CtcRecognizerStream direct = recognizer.CreateStream(), resampled = recognizer.CreateStream(44100);

        string expected = Recognize(direct, audio.Samples.Span, 1000).Text;

        Assert.NotEqual("", expected);
        Assert.Equal(expected, Recognize(resampled, audio.Resample(44100).Samples.Span, 1000).Text);
    }

    [Fact]
    public void Finish_NoAudioAtAll_GivesNoWords()
    {
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Tiny);
        using CtcRecognizerStream stream = recognizer.CreateStream();
        Assert.Equal("", stream.Finish().Text);
        Assert.Throws<InvalidOperationException>(() => stream.Finish());
        Assert.Throws<InvalidOperationException>(() => stream.Accept(new float[10]));
    }

    [Fact]
    public void Accept_CancelledToken_ThrowsAndResetRepairs()
    {
        float[] noise = Fixture.Noise(8000, 0.3f);
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Tiny);
        using CtcRecognizerStream stream = recognizer.CreateStream();
        string expected = Recognize(stream, noise, 400).Text;
        stream.Reset();
        stream.Accept(noise.AsSpan(0, 900));
        Assert.Throws<OperationCanceledException>(() => stream.Accept(noise, new CancellationToken(canceled: true)));

        stream.Reset();

        Assert.Equal(expected, Recognize(stream, noise, 400).Text);
    }

    [Theory]
    [InlineData("\"mels\": 20", "\"mels\": 21", "feats")]
    [InlineData("\"c\"", "\"c\", \"d\"", "scores")]
    [InlineData("kaldi-fbank", "mfcc", "mfcc")]
    [InlineData("\"stride\": 3", "\"stride\": 12", "stride")]
    [InlineData("\"labels\"", "\"lables\"", "recognizer.json")]
    [InlineData("{", "", "recognizer.json")]
    public void Load_SettingsThatDoNotFit_NamesThem(string text, string replacement, string named)
    {
        using TemporaryFolder folder = new(Tiny);
        string path = Path.Combine(folder.Path, "recognizer.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(text, replacement));

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lexicon.txt", "a\nqu\n", "'q'")]
    [InlineData("bigrams.tsv", "a\tb\n", "line 1")]
    [InlineData("bigrams.tsv", "a\tab\t2\na\tb\tx\n", "line 2")]
    public void Load_WordListsThatDoNotFit_NamesThem(string file, string text, string named)
    {
        using TemporaryFolder folder = new(Tiny);
        File.WriteAllText(Path.Combine(folder.Path, file), text);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnotherGraph_SaysWhatIsMissing()
    {
        using TemporaryFolder folder = new(Tiny);
        File.Copy(Path.Combine(Fixture.Path("tiny-voice"), "voice.onnx"), Path.Combine(folder.Path, "recognizer.onnx"), overwrite: true);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => CtcRecognizer.Load(_host, folder.Path));
        Assert.Contains("not a streaming CTC recognizer", error.Message, StringComparison.Ordinal);
        Assert.Contains("input_lengths", error.Message, StringComparison.Ordinal);
    }

    private static SpeechHypothesis Recognize(CtcRecognizerStream stream, ReadOnlySpan<float> samples, int chunk)
    {
        for (; !samples.IsEmpty; samples = samples[Math.Min(chunk, samples.Length)..])
        {
            stream.Accept(samples[..Math.Min(chunk, samples.Length)]);
            _ = stream.Current;
        }

        return stream.Finish();
    }
}
