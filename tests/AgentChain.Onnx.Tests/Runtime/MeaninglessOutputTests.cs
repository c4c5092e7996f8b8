using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>NaN and infinity out of every other kind of model: the same typed error.</summary>
public sealed class MeaninglessOutputTests
{
    static readonly string Recognizer = Speech.Fixture.Path("tiny-ctc");
    static readonly string Voice = Speech.Fixture.Path("tiny-voice");
    readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Accept_WithADamagedRecognizer_NamesItAndTheFrame(bool greedy)
    {
        using var damaged = new PatchedModel(Recognizer, "recognizer.onnx", "out_w", float.NaN, count: 1);
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, damaged.Path, options: new CtcRecognizerOptions { Greedy = greedy });
        using CtcRecognizerStream stream = recognizer.CreateStream();

        OnnxOutputException error = Assert.Throws<OnnxOutputException>(() => stream.Accept(Speech.Fixture.Noise(8000, 0.3f)));

        Assert.Equal(("recognizer.onnx", "scores", 0), (error.ModelName, error.OutputName, error.Step));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Accept_OfMeaninglessAudio_NamesTheFrameAndListensAgainAfterAReset(float sample)
    {
        using CtcRecognizer recognizer = CtcRecognizer.Load(_host, Recognizer);
        using CtcRecognizerStream stream = recognizer.CreateStream();
        float[] noise = Speech.Fixture.Noise(24_000, 0.3f), broken = [.. noise];
        broken[20_000] = sample;
        stream.Accept(noise);
        string expected = stream.Finish().Text;
        stream.Reset();

        Assert.True(Assert.Throws<OnnxOutputException>(() => stream.Accept(broken)).Step > 50);

        stream.Reset();
        stream.Accept(noise);
        Assert.Equal(expected, stream.Finish().Text);
    }

    [Theory]
    [InlineData("hundredth", float.NaN)]
    [InlineData("hundredth", float.PositiveInfinity)]
    public void Synthesize_WithADamagedVoice_NamesIt(string constant, float value)
    {
        using var damaged = new PatchedModel(Voice, "voice.onnx", constant, value);
        using PiperVoice voice = PiperVoice.Load(_host, damaged.Path);

        OnnxOutputException error = Assert.Throws<OnnxOutputException>(() => voice.Synthesize("ab"));

        Assert.Equal(("voice.onnx", "output", null), (error.ModelName, error.OutputName, error.Step));
        Assert.StartsWith("'voice.onnx' returned NaN in 'output'.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task EmbedAsync_WithADamagedEncoder_NamesItAndTheText(float value)
    {
        // Only the word blue is damaged.
        using var damaged = new PatchedModel(Fixture.Path("tiny-encoder-hidden"), "model.onnx", "table", value, from: 12, count: 1);
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, damaged.Path);
        using var lane = new DeviceLane("test");

        OnnxOutputException error = await Assert.ThrowsAsync<OnnxOutputException>(async () => await embedder.EmbedAsync(lane, ["red", "blue red"]));

        Assert.Equal(("model.onnx", "last_hidden_state", 1), (error.ModelName, error.OutputName, error.Step));
        Assert.Equal(1, embedder.Embed("red").Sum(v => v * v), 4);
    }

    [Fact]
    public void Embed_WhereTheEncoderReturnsZeros_ReturnsZeros()
    {
        using var empty = new PatchedModel(Fixture.Path("tiny-encoder-hidden"), "model.onnx", "table", 0);
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, empty.Path);

        Assert.Equal([0, 0], embedder.Embed("red"));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Search_WithAMeaninglessVector_SaysWhich(float value)
    {
        RetrievalDocument[] documents = [new("a", "red"), new("b", "blue")];
        HybridIndex index = HybridIndex.Create(documents, [[1, 0], [0, 1]]);

        Assert.Contains("NaN or infinity", Assert.Throws<ArgumentException>(() => index.Search("red", [1, value])).Message, StringComparison.Ordinal);
        Assert.Contains("document 'b'", Assert.Throws<ArgumentException>(() => HybridIndex.Create(documents, [[1, 0], [value, 1]])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Accept_OfMeaninglessSamples_LeavesTheEndpointerHearing(float sample)
    {
        const int rate = 16_000;
        float[] signal = Speech.Fixture.Noise(3 * rate, 0.001f);
        Speech.Fixture.Sine(rate, 300, rate / 2).CopyTo(signal.AsSpan(2 * rate));
        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(new(signal, rate)));
        signal[rate] = sample;

        Assert.Equal((start, end), Assert.NotNull(Endpointer.FindSpeech(new(signal, rate))));
    }
}
