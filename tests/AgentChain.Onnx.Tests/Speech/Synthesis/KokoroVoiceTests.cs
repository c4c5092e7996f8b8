using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Synthesis;

namespace AgentChain.Onnx.Tests.Speech.Synthesis;

/// <summary>The public layouts of Kokoro, with random weights, against the same model in plain C#.</summary>
public sealed class KokoroVoiceTests
{
    private static readonly KokoroVoiceOptions Plain = new() { Phonemizer = new KokoroModel.Phonemes() };

    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData(false, 24_000)]
    [InlineData(true, 22_050)]
    public void Synthesize_OfPhonemes_SoundsLikeThePlainModel(bool sherpa, int rate)
    {
        using var model = new KokoroModel(sherpa);
        using KokoroVoice voice = KokoroVoice.Load(_host, model.Path, options: Plain);

        Assert.Equal(["af", "bm"], voice.Speakers);
        Check(model.Sound(0, 1, 43, 44, 16, 50, 4), rate, voice.Synthesize("ab \u0259."));
        Check(model.Sound(0, 1.5f, 43), rate, voice.Synthesize("a", new SpeechStyle { Speed = 1.5f }));
        Check(model.Sound(1, 1, 44, 44), rate, voice.Synthesize("bb", new SpeechStyle { Speaker = "bm" }));

        // Each length of a text has a style of its own, up to the longest.
        Check(model.Sound(0, 1, [.. Enumerable.Repeat(43, KokoroModel.MostTokens)]), rate, voice.Synthesize(new string('a', KokoroModel.MostTokens)));
        Assert.Equal(0, voice.LiveBindings);
    }

    [Fact]
    public void Synthesize_WithTheSpeakerOfTheOptions_SpeaksAsIt()
    {
        using var model = new KokoroModel(sherpa: false);
        using KokoroVoice voice = KokoroVoice.Load(_host, model.Path, options: Plain with { Speaker = "bm" });

        Check(model.Sound(1, 1, 43), 24_000, voice.Synthesize("a"));
    }

    [Fact]
    public void Synthesize_OfUnknownPhonemes_LeavesThemOut()
    {
        using var model = new KokoroModel(sherpa: false);
        using KokoroVoice voice = KokoroVoice.Load(_host, model.Path, options: Plain);

        Check(model.Sound(0, 1, 43, 44), 24_000, voice.Synthesize("a\u4e00b"));
        Assert.Equal(0, voice.Synthesize("\u4e00").Length);
        // U+0250 stands for a schwa in other alphabets.
        Check(model.Sound(0, 1, 50), 24_000, voice.Synthesize("\u0250"));
    }

    [Fact]
    public void Synthesize_WithBadArguments_SaysWhatWouldDo()
    {
        using var model = new KokoroModel(sherpa: false);
        using KokoroVoice voice = KokoroVoice.Load(_host, model.Path, options: Plain);

        Assert.Contains("af, bm", Assert.Throws<ArgumentOutOfRangeException>(() => voice.Synthesize("a", new SpeechStyle { Speaker = "eve" })).Message, StringComparison.Ordinal);
        Assert.Contains($"more than the {KokoroModel.MostTokens}", Assert.Throws<ArgumentException>(() => voice.Synthesize(new string('a', KokoroModel.MostTokens + 1))).Message, StringComparison.Ordinal);
        Assert.Contains("af, bm", Assert.Throws<ArgumentOutOfRangeException>(() => KokoroVoice.Load(_host, model.Path, options: Plain with { Speaker = "eve" })).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => voice.Synthesize("a", null, new CancellationToken(canceled: true)));
        Assert.Equal(0, voice.LiveBindings);
    }

    [Fact]
    public async Task SpeechSynthesisBlock_WithKokoro_SpeaksSentenceBySentence()
    {
        using var model = new KokoroModel(sherpa: true);
        using KokoroVoice voice = KokoroVoice.Load(_host, model.Path, options: Plain);
        using var devices = new AgentChain.Devices.DeviceScheduler(_host.Devices);
        await using StreamChain<string, PcmAudio> chain = Chain.From<string>("say").Stream("speak", new SpeechSynthesisBlock(voice), o => o.On("cpu")).Build(new ChainOptions { Devices = devices });

        IReadOnlyList<PcmAudio> pieces = await chain.RunToListAsync("bba. ab.").AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(2, pieces.Count);
        Check(model.Sound(0, 1, 44, 44, 43, 4), 22_050, pieces[0]);
        Check(model.Sound(0, 1, 43, 44, 4), 22_050, pieces[1]);
    }

    [Fact]
    public void Load_WithFilesMissingOrDamaged_NamesThem()
    {
        using KokoroModel model = new(sherpa: false), packed = new(sherpa: true), words = new(sherpa: true);
        model.Write("voices/cut.bin", new byte[KokoroModel.Style * 4 + 1]);
        packed.Write("voices.bin", new byte[KokoroModel.Style * 4 * 3]);
        words.Write("tokens.txt", "a 43\nb\nc d e\n");

        Assert.Contains("cut.bin", Message(model), StringComparison.Ordinal);
        Assert.Contains("2 speakers", Message(packed), StringComparison.Ordinal);
        Assert.Contains("tokens.txt': 'line 2'", Message(words), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(model.Path, "voices"), recursive: true);
        Assert.Contains("voices.bin", Message(model), StringComparison.Ordinal);
        File.Delete(Path.Combine(model.Path, "tokenizer.json"));
        Assert.Contains("no tokenizer.json, config.json or tokens.txt", Message(model), StringComparison.Ordinal);
        File.Delete(Path.Combine(model.Path, "onnx", "model.onnx"));
        Assert.Contains("no model.onnx", Message(model), StringComparison.Ordinal);
    }

    private static void Check(float[] expected, int rate, PcmAudio audio)
    {
        Assert.Equal((expected.Length, rate), (audio.Length, audio.SampleRate));
        Assert.All(expected.Zip(audio.Samples.ToArray()), p => Assert.InRange(p.Second - p.First, -1e-4f, 1e-4f));
    }

    private string Message(KokoroModel model) => Assert.ThrowsAny<OnnxModelException>(() => KokoroVoice.Load(_host, model.Path, options: Plain)).Message;
}
