using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Recognition;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>The layout that sherpa-onnx has for streaming Zipformer transducers, with random weights, against the same in plain C#.</summary>
public sealed class TransducerRecognizerTests
{
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(1, 160)]
    [InlineData(1, 1000)]
    [InlineData(1, 100_000)]
    [InlineData(3, 1000)]
    public void Finish_AfterChunks_SaysWhatThePlainModelSays(int mostPerOutput, int chunk)
    {
        using var model = new TransducerModel();
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path, options: new() { MaxTokensPerOutput = mostPerOutput });
        var texts = new HashSet<string>();
        using (IRecognizerStream stream = recognizer.CreateStream())
        {
            foreach (int seed in new[] { 1, 2, 3 })
            {
                float[] samples = SpeechSignals.Tones(1.7, seed);
                foreach (float[] part in samples.Chunk(chunk))
                {
                    stream.Accept(part);
                }

                SpeechHypothesis words = stream.Finish();

                Assert.Equal(TransducerModel.Text(model.Say(samples, mostPerOutput)), words.Text);
                Assert.Equal(words.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, words.StableWords);
                texts.Add(words.Text);
                stream.Reset();
            }
        }

        Assert.True(texts.Count > 1);
        Assert.Contains(texts, t => t.Length > 10);
        Assert.Equal(0, recognizer.Graphs.LiveBindings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Finish_OfAnInstant_RunsOnPaddedFrames(double seconds)
    {
        using var model = new TransducerModel();
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path);
        using IRecognizerStream stream = recognizer.CreateStream();
        float[] samples = SpeechSignals.Tones(seconds, 1);
        stream.Accept(samples);

        Assert.Equal(TransducerModel.Text(model.Say(samples, 1)), stream.Finish().Text);
        Assert.Throws<InvalidOperationException>(() => stream.Accept(samples));
    }

    [Fact]
    public void Current_WhileTheSpeechGoesOn_OnlyGrows()
    {
        using var model = new TransducerModel();
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path);
        using IRecognizerStream stream = recognizer.CreateStream();
        List<SpeechHypothesis> seen = [];
        foreach (float[] part in SpeechSignals.Tones(3, 4).Chunk(1600))
        {
            stream.Accept(part);
            seen.Add(stream.Current);
            Assert.StartsWith(stream.Current.Text, stream.Ending.Text, StringComparison.Ordinal);
        }

        string final = stream.Finish().Text;

        Assert.All(seen, h => Assert.StartsWith(h.Text, final, StringComparison.Ordinal));
        Assert.True(seen.Select(h => h.Text).Distinct().Count() > 3);
    }

    [Fact]
    public async Task RecognitionBlock_WithATransducer_PublishesHypotheses()
    {
        using var model = new TransducerModel();
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path);
        using var block = new RecognitionBlock(recognizer);
        using var devices = new AgentChain.Devices.DeviceScheduler(_host.Devices);
        int hypotheses = 0;
        await using Chain<PcmAudio, Transcript> chain = Chain.From<PcmAudio>("hear").Revise("listen", block, o => o.On("cpu"))
            .Tap("count", _ => Interlocked.Increment(ref hypotheses)).Build(new ChainOptions { Devices = devices });
        float[] samples = [.. new float[8000], .. SpeechSignals.Tones(3, 5), .. new float[16000]];

        Transcript heard = await chain.RunAsync(new PcmAudio(samples, SpeechSignals.Rate)).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.NotEqual("", heard.Words);
        Assert.True(hypotheses > 0);
    }

    [Fact]
    public void Load_WhereAFullAndASmallGraphLie_TakesTheFullOne()
    {
        using var model = new TransducerModel();
        File.WriteAllText(Path.Combine(model.Path, "encoder-epoch-99-avg-1.int8.onnx"), "not a graph");
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path);

        Assert.Equal("encoder-epoch-99-avg-1.onnx", recognizer.Graphs.Encoder.Name);
    }

    [Fact]
    public void Load_WithFilesThatDoNotMatch_SaysWhich()
    {
        using TransducerModel unstated = new(metadata: false), fewer = new(tokens: 9), stateless = new(newLengths: false), twice = new();
        File.Copy(Path.Combine(twice.Path, "joiner-epoch-99-avg-1.onnx"), Path.Combine(twice.Path, "joiner-epoch-9-avg-1.onnx"));

        Assert.Contains("'T'", Message(unstated), StringComparison.Ordinal);
        Assert.Contains("10 tokens, but tokens.txt has 9", Message(fewer), StringComparison.Ordinal);
        Assert.Contains("new_processed_lens", Message(stateless), StringComparison.Ordinal);
        Assert.Contains("several files joiner", Message(twice), StringComparison.Ordinal);
        File.Delete(Path.Combine(twice.Path, "tokens.txt"));
        Assert.Contains("tokens.txt", Message(twice), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TransducerRecognizer.Load(_host, twice.Path, options: new() { MaxTokensPerOutput = 0 }));
    }

    [Theory]
    [InlineData("a 0\nb x\n", "line 2")]
    [InlineData("a 0\nb 0\n", "line 2")]
    [InlineData("a 0\nb 2\n", "0 to 1")]
    [InlineData("", "0 tokens")]
    public void Load_WithBadTokens_NamesTheLine(string tokens, string says)
    {
        using var model = new TransducerModel();
        File.WriteAllText(Path.Combine(model.Path, "tokens.txt"), tokens);

        Assert.Contains(says, Message(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_OfNaN_NamesTheModel()
    {
        using var model = new TransducerModel();
        using TransducerRecognizer recognizer = TransducerRecognizer.Load(_host, model.Path);
        using IRecognizerStream stream = recognizer.CreateStream();
        float[] samples = SpeechSignals.Tones(1, 1);
        samples[4000] = float.NaN;

        Assert.Equal("joiner-epoch-99-avg-1.onnx", Assert.Throws<OnnxOutputException>(() => stream.Accept(samples)).ModelName);
        stream.Reset();
        stream.Accept(SpeechSignals.Tones(1, 1));
        Assert.NotNull(stream.Finish().Text);
    }

    private string Message(TransducerModel model) => Assert.ThrowsAny<OnnxModelException>(() => TransducerRecognizer.Load(_host, model.Path)).Message;
}
