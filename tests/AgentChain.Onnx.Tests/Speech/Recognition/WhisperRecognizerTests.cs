using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Tests.Graphs;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>The layouts that Optimum exports for Whisper, with random weights, against the same model in plain C#.</summary>
public sealed class WhisperRecognizerTests
{
    private static readonly int[] English = [WhisperModel.Start, WhisperModel.English, WhisperModel.Transcribe, WhisperModel.NoTimestamps];

    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(80, true)]
    [InlineData(80, false)]
    [InlineData(128, true)]
    public void Recognize_Greedily_SaysWhatThePlainModelSays(int mels, bool merged)
    {
        using var model = new WhisperModel(mels, merged);
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en" });
        var texts = new HashSet<string>();
        int longest = 0;
        foreach (int seed in new[] { 1, 2, 3, 4, 5 })
        {
            float[] samples = SpeechSignals.Tones(3, seed);
            List<int> expected = model.Say(model.Hear(samples), English);

            string text = recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate));

            Assert.Equal(TinyTokens.Text(expected), text);
            longest = Math.Max(longest, expected.Count);
            texts.Add(text);
        }

        // Otherwise the cache or the encoder would have no part in it.
        Assert.True(longest > 10 && texts.Count > 2, $"{longest} tokens, {texts.Count} texts");
        Assert.Equal(0, recognizer.LiveBindings);
    }

    [Fact]
    public void Recognize_WithoutALanguage_DetectsTheMoreLikelyOne()
    {
        using var model = new WhisperModel();
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path);
        foreach (int seed in new[] { 4, 5, 6, 7 })
        {
            float[] samples = SpeechSignals.Tones(2, seed);
            Matrix hidden = model.Hear(samples);
            float[] logits = model.Logits(hidden, [WhisperModel.Start]);
            int language = logits[WhisperModel.English] > logits[WhisperModel.German] ? WhisperModel.English : WhisperModel.German;

            Assert.Equal(
                TinyTokens.Text(model.Say(hidden, [WhisperModel.Start, language, WhisperModel.Transcribe, WhisperModel.NoTimestamps])),
                recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)));
        }
    }

    [Fact]
    public void Recognize_WithTaskPromptAndLimit_PutsThemBeforeTheAnswer()
    {
        using var model = new WhisperModel();
        WhisperRecognizerOptions options = new() { Language = "de", Translate = true, Prompt = "ab ", MaxTokens = 5 };
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: options);
        float[] samples = SpeechSignals.Tones(2, 8);
        int[] prompt = [WhisperModel.Previous, 26, 0, 1, WhisperModel.Start, WhisperModel.German, WhisperModel.Translate, WhisperModel.NoTimestamps];

        List<int> expected = model.Say(model.Hear(samples), prompt, most: 5);

        Assert.Equal(TinyTokens.Text(expected), recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)));
        Assert.NotEqual(model.Say(model.Hear(samples), English, most: 5), expected);
    }

    [Fact]
    public void Recognize_OfAnEnglishOnlyModel_SendsNeitherLanguageNorTask()
    {
        using var model = new WhisperModel(multilingual: false);
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path);
        float[] samples = SpeechSignals.Tones(2, 9);

        Assert.Equal(["en"], recognizer.Languages);
        Assert.Equal(TinyTokens.Text(model.Say(model.Hear(samples), [WhisperModel.Start, WhisperModel.NoTimestamps])), recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)));
    }

    [Fact]
    public void Recognize_WithoutAGenerationConfiguration_FindsTheTokensInTheTokenizer()
    {
        using var model = new WhisperModel(bare: true);
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en" });
        float[] samples = SpeechSignals.Tones(2, 10);

        Assert.Equal(["de", "en"], recognizer.Languages);
        Assert.Equal(TinyTokens.Text(model.Say(model.Hear(samples), English, suppresses: false)), recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)));
    }

    [Fact]
    public void Recognize_OfALongRecording_JoinsItsWindows()
    {
        using var model = new WhisperModel();
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en", MaxTokens = 12 });
        float[] samples = [.. SpeechSignals.Tones(27, 11), .. new float[SpeechSignals.Rate], .. SpeechSignals.Tones(10, 14)];
        IReadOnlyList<Range> windows = SpeechWindows.Split(samples, 30 * SpeechSignals.Rate, SpeechSignals.Rate);

        string text = recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate));

        // The cut is in the second of silence.
        Assert.Equal(2, windows.Count);
        Assert.InRange(windows[0].End.Value, 27 * SpeechSignals.Rate, 28 * SpeechSignals.Rate);
        string[] parts = [.. windows.Select(w => TinyTokens.Text(model.Say(model.Hear(samples.AsSpan(w)), English, most: 12)))];
        Assert.Equal(string.Join(' ', parts.Where(p => p.Length > 0)), text);
        Assert.NotEqual(parts[0], text);
    }

    [Fact]
    public void CreateStream_ChunkByChunk_RecognizesTheWholeUtterance()
    {
        using var model = new WhisperModel();
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en" });
        using IRecognizerStream stream = recognizer.CreateStream();
        for (int seed = 1; seed < 3; seed++)
        {
            float[] samples = SpeechSignals.Tones(2, seed);
            foreach (float[] chunk in samples.Chunk(1000))
            {
                stream.Accept(chunk);
                Assert.Equal("", stream.Current.Text);
            }

            SpeechHypothesis words = stream.Finish();

            Assert.Equal(recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate)), words.Text);
            Assert.Throws<InvalidOperationException>(() => stream.Finish());
            stream.Reset();
        }
    }

    [Fact]
    public async Task RecognitionBlock_WithWhisper_GivesTheTextAsItIs()
    {
        using var model = new WhisperModel();
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en" });
        using var block = new RecognitionBlock(recognizer);
        using var devices = new AgentChain.Devices.DeviceScheduler(_host.Devices);
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("hear").Revise("listen", block, o => o.On("cpu")).Build(new ChainOptions { Devices = devices });
        float[] samples = [.. new float[8000], .. SpeechSignals.Tones(1, 13), .. new float[16000]];

        Transcript heard = await chain.RunAsync(new PcmAudio(samples, SpeechSignals.Rate)).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Transcript silence = await chain.RunAsync(new PcmAudio(new float[16000], SpeechSignals.Rate)).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(heard.HasSpeech);
        Assert.NotEqual("", heard.Words);
        Assert.Equal(heard.Words, heard.Text);
        Assert.Equal(Transcript.Silence, silence);
    }

    [Fact]
    public void Load_WithALanguageItDoesNotKnow_NamesThose()
    {
        using WhisperModel model = new(), english = new(multilingual: false);

        Assert.Contains("'fr'; it knows de, en", Assert.Throws<ArgumentException>(() => WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "fr" })).Message, StringComparison.Ordinal);
        Assert.Contains("only en", Assert.Throws<ArgumentException>(() => WhisperRecognizer.Load(_host, english.Path, options: new() { Language = "de" })).Message, StringComparison.Ordinal);
        Assert.Contains("translate", Assert.Throws<ArgumentException>(() => WhisperRecognizer.Load(_host, english.Path, options: new() { Translate = true })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => WhisperRecognizer.Load(_host, model.Path, options: new() { MaxTokens = 0 }));
    }

    [Theory]
    [InlineData("onnx/encoder_model.onnx")]
    [InlineData("onnx/decoder_model_merged.onnx")]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    public void Load_WithoutAFile_NamesIt(string file)
    {
        using var model = new WhisperModel();
        File.Delete(Path.Combine(model.Path, file));

        Assert.Contains(Path.GetFileName(file), Assert.ThrowsAny<OnnxModelException>(() => WhisperRecognizer.Load(_host, model.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"num_mel_bins": 200}""", "'num_mel_bins' is 200")]
    [InlineData("""{"num_mel_bins": "80"}""", "'num_mel_bins' is a string, but a number is required")]
    [InlineData("{}", "'num_mel_bins' is missing")]
    public void Load_WithABadConfiguration_NamesFieldAndValue(string config, string says)
    {
        using var model = new WhisperModel();
        model.Write("config.json", config);

        Assert.Contains(says, Assert.ThrowsAny<OnnxModelException>(() => WhisperRecognizer.Load(_host, model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithTwoTokensForALanguage_NamesFieldAndTokens()
    {
        using var model = new WhisperModel();
        string path = Path.Combine(model.Path, "generation_config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"<|de|>\"", "\"en\"", StringComparison.Ordinal));

        OnnxModelException error = Assert.ThrowsAny<OnnxModelException>(() => WhisperRecognizer.Load(_host, model.Path));

        Assert.Equal((path, "lang_to_id.en"), (error.File, error.Field));
        Assert.Contains($"is {WhisperModel.German}, but another entry gives the language 'en' the token {WhisperModel.English}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithATokenThatTheDecoderLacks_NamesIt()
    {
        using var model = new WhisperModel();
        string path = Path.Combine(model.Path, "generation_config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace($"[{WhisperModel.Never}]", "[500]", StringComparison.Ordinal));

        string message = Assert.ThrowsAny<OnnxModelException>(() => WhisperRecognizer.Load(_host, model.Path)).Message;

        Assert.Contains($"the token 500, but the decoder has {WhisperModel.Vocabulary} tokens", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognize_WhereTheModelReturnsNaN_NamesIt()
    {
        using var model = new WhisperModel();
        using WhisperRecognizer recognizer = WhisperRecognizer.Load(_host, model.Path, options: new() { Language = "en" });
        float[] samples = SpeechSignals.Tones(1, 1);
        samples[100] = float.NaN;

        Assert.Equal("decoder_model_merged.onnx", Assert.Throws<OnnxOutputException>(() => recognizer.Recognize(new PcmAudio(samples, SpeechSignals.Rate))).ModelName);
        Assert.Throws<OperationCanceledException>(() => recognizer.Recognize(SpeechSignals.Audio(1, 1), new CancellationToken(canceled: true)));
        Assert.Equal(0, recognizer.LiveBindings);
    }
}
