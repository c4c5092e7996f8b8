using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>The layouts that Optimum exports for Moonshine, with random weights, against the same model in plain C#.</summary>
public sealed class MoonshineRecognizerTests
{
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, "attention_mask")]
    [InlineData(false, null)]
    public void Recognize_Greedily_SaysWhatThePlainModelSays(bool merged, string? mask)
    {
        using var model = new MoonshineModel(merged, mask);
        using MoonshineRecognizer recognizer = MoonshineRecognizer.Load(_host, model.Path);
        var texts = new HashSet<string>();
        foreach (int seed in new[] { 1, 2, 3, 4 })
        {
            float[] samples = SpeechSignals.Tones(3, seed);
            List<int> expected = model.Say(model.Hear(samples), [MoonshineModel.Start], MoonshineModel.End, 20, (_, _) => true);

            string text = recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate));

            Assert.Equal(TinyTokens.Text(expected), text);
            texts.Add(text);
        }

        Assert.True(texts.Count > 1);
        Assert.Contains(texts, t => t.Length > 4);
        Assert.Equal(0, recognizer.LiveBindings);
    }

    [Fact]
    public void Recognize_WithALimit_StopsAtItsTokensPerSecond()
    {
        using var model = new MoonshineModel(merged: true);
        using MoonshineRecognizer recognizer = MoonshineRecognizer.Load(_host, model.Path, options: new() { MaxTokensPerSecond = 1.5 });
        float[] samples = SpeechSignals.Tones(2, 1);

        Assert.Equal(
            TinyTokens.Text(model.Say(model.Hear(samples), [MoonshineModel.Start], MoonshineModel.End, 3, (_, _) => true)),
            recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)));
    }

    [Fact]
    public void Recognize_OfAnInstant_IsPaddedToWhatTheEncoderNeeds()
    {
        using var model = new MoonshineModel(merged: true);
        using MoonshineRecognizer recognizer = MoonshineRecognizer.Load(_host, model.Path);

        Assert.Equal("", recognizer.Recognize(new PcmAudio([], SpeechSignals.Rate)));
        Assert.True(recognizer.Recognize(SpeechSignals.Audio(0.01, 1)).Length <= 1);
    }

    [Fact]
    public void Load_WithAWhisperGraph_NamesTheInputThatIsMissing()
    {
        using var whisper = new WhisperModel();

        Assert.Equal("input_values", Assert.Throws<OnnxBindingException>(() => MoonshineRecognizer.Load(_host, whisper.Path)).TensorName);
        Assert.Throws<ArgumentOutOfRangeException>(() => MoonshineRecognizer.Load(_host, whisper.Path, options: new() { MaxTokensPerSecond = double.NaN }));
    }

    [Fact]
    public void Load_WithAnEncoderInputThatItCannotFill_NamesIt()
    {
        using var model = new MoonshineModel(merged: true, mask: "speaker");

        Assert.Contains("'speaker'", Assert.ThrowsAny<OnnxModelException>(() => MoonshineRecognizer.Load(_host, model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAStartTokenThatTheDecoderLacks_NamesIt()
    {
        using var model = new MoonshineModel(merged: false);
        model.Write("config.json", """{"decoder_start_token_id": 99}""");

        Assert.Contains("the start token 99", Assert.ThrowsAny<OnnxModelException>(() => MoonshineRecognizer.Load(_host, model.Path)).Message, StringComparison.Ordinal);
    }
}
