using System.Text.Json;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Synthesis;

namespace AgentChain.Onnx.Tests.Speech.Synthesis;

public sealed class PiperVoiceTests
{
    private static readonly string Tiny = Fixture.Path("tiny-voice");
    private static readonly string Own = Fixtures.Fixture.Models("voice");
    private readonly OnnxRuntimeHost _host = new();

    [Theory]
    [InlineData("ab", false, "1 6 0 7 0 8 0 2")]
    [InlineData("ab ba.", false, "1 6 0 7 0 8 0 3 0 8 0 7 0 5 0 2")]
    [InlineData("ab", true, "1 0 6 0 7 0 8 0 2")]
    [InlineData("odd", false, "1 10 11 0 9 0 2")] // two ids for one phoneme; "ɹ" is not in the map and "r" stands for it
    public void Synthesize_Text_FeedsPipersIds(string text, bool padAfterStart, string ids)
    {
        using PiperVoice voice = PiperVoice.Load(_host, Tiny, options: new PiperVoiceOptions { PadAfterStart = padAfterStart });

        PcmAudio audio = voice.Synthesize(text);

        // The tiny graph gives 100 samples of id / 100 for every id.
        int[] said = [.. Enumerable.Range(0, audio.Length / 100).Select(i => (int)Math.Round(audio.Samples.Span[i * 100 + 50] * 100))];
        Assert.Equal(ids, string.Join(' ', said));
        Assert.Equal(22050, audio.SampleRate);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("bob", 2)]
    [InlineData("1", 1)]
    public void Synthesize_Speaker_FeedsItsId(string? speaker, int id)
    {
        using PiperVoice voice = PiperVoice.Load(_host, Tiny);
        Assert.Equal(0.01f + id / 1000f, voice.Synthesize("ab", new SpeechStyle { Speaker = speaker }).Samples.Span[0], 1e-5f);
    }

    [Fact]
    public void Synthesize_Speed_DividesTheLengthScale()
    {
        using PiperVoice voice = PiperVoice.Load(_host, Tiny);
        Assert.Equal(2 * voice.Synthesize("ab", new SpeechStyle { Speed = 2 }).Length, voice.Synthesize("ab").Length);
    }

    [Fact]
    public void Synthesize_BadArguments_SayWhatWouldDo()
    {
        using PiperVoice voice = PiperVoice.Load(_host, Tiny, options: new PiperVoiceOptions { MaximumIds = 16 });
        Assert.Contains("ann, bob", Assert.Throws<ArgumentOutOfRangeException>(() => voice.Synthesize("ab", new SpeechStyle { Speaker = "eve" })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => voice.Synthesize("ab", new SpeechStyle { Speed = 9 }));
        ArgumentException tooLong = Assert.Throws<ArgumentException>(() => voice.Synthesize("ab ab ab ab ab ab"));
        Assert.Contains("16", tooLong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ab ab", tooLong.Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => voice.Synthesize("ab", null, new CancellationToken(canceled: true)));
        Assert.True(voice.Synthesize("ab").Length > 0); // still usable
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ...")]
    public void Synthesize_NothingToSay_GivesEmptyAudio(string text)
    {
        using PiperVoice voice = PiperVoice.Load(_host, Tiny);
        Assert.Equal(0, voice.Synthesize(text).Length);
    }

    [Theory]
    [InlineData("\"^\"", "\"X\"", "'^'")]
    [InlineData("phoneme_id_map", "phonemes", "voice.onnx.json")]
    [InlineData("22050", "0", "'audio.sample_rate' is 0; a whole number from 1000 to 768000")]
    [InlineData("{", "", "voice.onnx.json")]
    public void Load_SettingsThatDoNotFit_NamesThem(string text, string replacement, string named)
    {
        using TemporaryFolder folder = new(Tiny);
        string path = Path.Combine(folder.Path, "voice.onnx.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(text, replacement));
        Assert.Contains(named, Assert.Throws<OnnxModelException>(() => PiperVoice.Load(_host, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnotherGraphOrNoFile_SaysSo()
    {
        using TemporaryFolder folder = new(Tiny);
        File.Copy(Path.Combine(Fixture.Path("tiny-ctc"), "recognizer.onnx"), Path.Combine(folder.Path, "voice.onnx"), overwrite: true);
        Assert.Contains("not a voice in Piper's layout", Assert.Throws<OnnxModelException>(() => PiperVoice.Load(_host, folder.Path)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.Path, "voice.onnx"));
        Assert.Throws<OnnxModelException>(() => PiperVoice.Load(_host, folder.Path));
    }

    [Fact]
    public void Synthesize_OwnVoice_GivesTheRecipesSamples()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(Own, "reference.json")));
        string text = reference.RootElement.GetProperty("text").GetString()!;
        using PiperVoice voice = PiperVoice.Load(_host, Own);
        Assert.Equal(reference.RootElement.GetProperty("phonemes").GetString(), voice.Phonemize(text));

        PcmAudio audio = voice.Synthesize(text, new SpeechStyle { NoiseScale = 0, NoiseWidth = 0 });

        Assert.Equal(reference.RootElement.GetProperty("samples").GetInt32(), audio.Length);
        Assert.Equal(reference.RootElement.GetProperty("rms").GetSingle(), AudioLevel.RootMeanSquare(audio.Samples.Span), 1e-3f);
        int at = 4000;
        Assert.All(reference.RootElement.GetProperty("at_4000").EnumerateArray(), value => Assert.Equal(value.GetSingle(), audio.Samples.Span[at++], 2e-3f));
    }
}
