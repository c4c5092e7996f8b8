using System.Buffers;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Endpointing;

namespace AgentChain.Onnx.Tests.Speech.Endpointing;

public class EndpointerTests
{
    private const int Rate = 16_000;

    [Theory]
    [InlineData(0.0002f)]
    [InlineData(0.003f)]
    [InlineData(0.02f)]
    public void FindSpeech_SpeechInNoise_FindsBothEnds(float noise)
    {
        PcmAudio audio = Audio(noise, (0.5, 1.25));

        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(audio));

        Assert.InRange(start, 0.46 * Rate, 0.52 * Rate);
        Assert.InRange(end, 1.23 * Rate, 1.29 * Rate);
    }

    [Fact]
    public void FindSpeech_NoSpeech_IsNull()
    {
        Assert.Null(Endpointer.FindSpeech(PcmAudio.Silence(TimeSpan.FromSeconds(2), Rate)));
        Assert.Null(Endpointer.FindSpeech(new PcmAudio(Fixture.Noise(2 * Rate, 0.001f), Rate)));
        Assert.Null(Endpointer.FindSpeech(new PcmAudio(Fixture.Noise(2 * Rate, 0.02f), Rate)));
        Assert.Null(Endpointer.FindSpeech(new PcmAudio([], Rate)));
    }

    [Fact]
    public void FindSpeech_Click_IsNoSpeech() => Assert.Null(Endpointer.FindSpeech(Audio(0.001f, (0.5, 0.52))));

    [Fact]
    public void FindSpeech_LongPause_StaysInside()
    {
        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(Audio(0.001f, (0.4, 0.9), (2.4, 3.0))));
        Assert.InRange(start, 0.36 * Rate, 0.42 * Rate);
        Assert.InRange(end, 2.98 * Rate, 3.05 * Rate);
    }

    [Fact]
    public void FindSpeech_FromTheFirstSample_StillFindsIt()
    {
        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(Audio(0.001f, (0, 1))));
        Assert.InRange(start, 0, 0.1 * Rate);
        Assert.InRange(end, 0.98 * Rate, 1.05 * Rate);
    }

    [Fact]
    public void FindSpeech_BetweenDigitalSilence_FindsBothEnds()
    {
        // Edited and synthesized recordings have exact zeros where a microphone has noise.
        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(Audio(0, (2.5, 3.1))));
        Assert.InRange(start, 2.46 * Rate, 2.52 * Rate);
        Assert.InRange(end, 3.08 * Rate, 3.15 * Rate);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(160)]
    [InlineData(50_000)]
    public void Accept_AnyChunks_GivesTheSame(int chunk)
    {
        PcmAudio audio = Audio(0.003f, (0.5, 1.25));
        Endpointer endpointer = new(Rate, new EndpointerOptions { HangOverMilliseconds = 300 });
        int position = 0;
        while (position < audio.Length && endpointer.State != EndpointState.Ended)
        {
            position += endpointer.Accept(audio.Samples.Span.Slice(position, Math.Min(chunk, audio.Length - position)));
        }

        Assert.Equal(EndpointState.Ended, endpointer.State);
        Assert.Equal(position, endpointer.Position);
        Assert.Equal(endpointer.SpeechEnd + 0.3 * Rate, position);
        Assert.Equal(TimeSpan.FromMilliseconds(300), endpointer.TrailingSilence);
        Assert.Equal(0, endpointer.Accept(new float[100]));
        Assert.Equal(Assert.NotNull(Endpointer.FindSpeech(audio)), ((int)endpointer.SpeechStart, (int)endpointer.SpeechEnd));
    }

    [Theory]
    [InlineData(200, 0.3, EndpointState.Ended)]
    [InlineData(500, 0.3, EndpointState.Speech)]
    public void Accept_PauseAgainstHangOver_EndsOrGoesOn(int hangOver, double pause, EndpointState expected)
    {
        PcmAudio audio = Audio(0.001f, (0.5, 1.0));
        Endpointer endpointer = new(Rate, new EndpointerOptions { HangOverMilliseconds = hangOver });
        endpointer.Accept(audio.Samples.Span[..(int)((1.0 + pause) * Rate)]);
        Assert.Equal(expected, endpointer.State);
    }

    [Fact]
    public void Continue_AfterTheEnd_FindsTheNextSpeechAtItsOwnPlace()
    {
        PcmAudio audio = Audio(0.001f, (0.5, 1.0), (2.0, 2.5));
        Endpointer endpointer = new(Rate);
        int taken = endpointer.Accept(audio.Samples.Span);
        endpointer.Continue();
        endpointer.Accept(audio.Samples.Span[taken..]);

        Assert.InRange(endpointer.SpeechStart, 1.96 * Rate, 2.02 * Rate);
    }

    [Fact]
    public void Accept_AfterConstruction_AllocatesNothing()
    {
        PcmAudio audio = Audio(0.003f, (0.5, 1.25));
        Endpointer endpointer = new(Rate);
        endpointer.Accept(audio.Samples.Span[..100]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        endpointer.Accept(audio.Samples.Span[100..]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Constructor_OptionOutOfRange_NamesIt()
    {
        Assert.Contains("HangOver", Assert.Throws<ArgumentOutOfRangeException>(() => new Endpointer(Rate, new EndpointerOptions { HangOverMilliseconds = 5 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Endpointer(500));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Gate_SpeechInSilence_PassesItWithPreRollAndHangOver(int chunk)
    {
        PcmAudio audio = Audio(0.001f, (1.0, 1.5), (3.0, 3.4));
        SpeechGate gate = new(Rate, new EndpointerOptions { HangOverMilliseconds = 300 }, preRollMilliseconds: 200);
        ArrayBufferWriter<float> passed = new();
        for (int at = 0; at < audio.Length;)
        {
            at += gate.Accept(audio.Samples.Span.Slice(at, Math.Min(chunk, audio.Length - at)), passed);
            if (gate.Endpointer.State == EndpointState.Ended)
            {
                gate.Continue();
            }
        }

        Assert.True(gate.HeardSpeech);
        Assert.InRange(passed.WrittenCount, (0.5 + 0.4 + 2 * 0.5 - 0.04) * Rate, (0.5 + 0.4 + 2 * 0.5 + 0.12) * Rate);
        float[] first = audio.Samples.Span.Slice(Position(passed.WrittenSpan, audio), 100).ToArray();
        Assert.Equal(first, passed.WrittenSpan[..100].ToArray());
    }

    [Theory]
    [InlineData(0.02f, 0.05f)]
    [InlineData(-0.02f, 0.05f)]
    [InlineData(0.5f, 1f)]
    public void FindSpeech_ConstantOffset_ChangesNothing(float offset, float gain)
    {
        PcmAudio audio = Audio(0.001f, (0.5, 1.25));
        PcmAudio quiet = new(Array.ConvertAll(audio.Samples.ToArray(), sample => sample * gain), Rate);
        PcmAudio shifted = new(Array.ConvertAll(quiet.Samples.ToArray(), sample => sample + offset), Rate);

        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(shifted));

        (int expectedStart, int expectedEnd) = Assert.NotNull(Endpointer.FindSpeech(quiet));
        Assert.InRange(start, expectedStart - 160, expectedStart + 160);
        Assert.InRange(end, expectedEnd - 160, expectedEnd + 160);
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(0.05f)]
    [InlineData(0.02f)]
    public void FindSpeech_LowGain_FindsBothEnds(float gain)
    {
        PcmAudio audio = Audio(0.001f, (0.5, 1.25));
        PcmAudio quiet = new(Array.ConvertAll(audio.Samples.ToArray(), sample => sample * gain), Rate);

        (int start, int end) = Assert.NotNull(Endpointer.FindSpeech(quiet));

        Assert.InRange(start, 0.46 * Rate, 0.52 * Rate);
        Assert.InRange(end, 1.23 * Rate, 1.29 * Rate);
    }

    [Fact]
    public void FindSpeech_OffsetAlone_IsNoSpeech()
    {
        float[] samples = new float[2 * Rate];
        Array.Fill(samples, 0.3f);
        Assert.Null(Endpointer.FindSpeech(new PcmAudio(samples, Rate)));
    }

    [Fact]
    public void FindSpeech_DigitalSilenceBetweenWords_HearsEveryWord()
    {
        // A noise gate leaves exact zeros between words, so that the quietest moment ever measured is speech.
        PcmAudio audio = Steady(0, 0.1f, [.. Enumerable.Range(0, 20).Select(i => (0.5 + i * 0.5, 0.9 + i * 0.5))]);
        Endpointer endpointer = new(Rate, new EndpointerOptions { HangOverMilliseconds = 50 });
        int words = 0;
        for (int at = 0; at < audio.Length;)
        {
            at += endpointer.Accept(audio.Samples.Span[at..]);
            words += endpointer.State == EndpointState.Ended ? 1 : 0;
            endpointer.Continue();
        }

        Assert.Equal(20, words);
    }

    [Fact]
    public void FindSpeech_DigitalSilenceInNoise_DoesNotMakeTheNoiseSpeech()
    {
        float[] samples = Fixture.Noise(8 * Rate, 0.01f);
        for (int second = 1; second < 8; second++)
        {
            samples.AsSpan(second * Rate, Rate / 4).Clear();
        }

        Assert.Null(Endpointer.FindSpeech(new PcmAudio(samples, Rate)));
    }

    [Fact]
    public void Accept_OwnDetector_DecidesByItsProbability()
    {
        ScriptedDetector? created = null;
        EndpointerOptions options = new()
        {
            MinimumSpeechMilliseconds = 64, HangOverMilliseconds = 100, SpeechProbability = 0.7f,
            CreateDetector = rate => created = new ScriptedDetector(rate, 512, [0, 0.6f, 0.7f, 0.9f, 0.8f, 0.69f, 0, 0, 0, 0]),
        };
        using (Endpointer endpointer = new(Rate, options))
        {
            int taken = endpointer.Accept(new float[100 * 512]);

            Assert.Equal(EndpointState.Ended, endpointer.State);
            Assert.Equal((2 * 512, 5 * 512), (endpointer.SpeechStart, endpointer.SpeechEnd));
            Assert.Equal(8 * 512, taken);
            Assert.True(double.IsNaN(endpointer.NoiseDecibels));
            Assert.False(created!.IsDisposed);
        }

        Assert.True(created.IsDisposed);
    }

    [Fact]
    public void Accept_FramesLongerThanTheHangOver_EndAtTheFirstSilentFrame()
    {
        EndpointerOptions options = new() { HangOverMilliseconds = 100, CreateDetector = rate => new ScriptedDetector(rate, 8000, [1, 1, 0.4f]) };
        using Endpointer endpointer = new(Rate, options);

        Assert.Equal(3 * 8000, endpointer.Accept(new float[10 * 8000]));
        Assert.Equal((0, 2 * 8000), (endpointer.SpeechStart, endpointer.SpeechEnd));
    }

    [Theory]
    [InlineData(8000, 256, "8000 Hz")]
    [InlineData(Rate, 0, "0 samples")]
    [InlineData(Rate, Rate + 1, "16001 samples")]
    public void Constructor_DetectorThatDoesNotFit_IsDisposedAndNamed(int rate, int length, string named)
    {
        ScriptedDetector detector = new(rate, length, []);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Endpointer(Rate, new EndpointerOptions { CreateDetector = _ => detector }));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.True(detector.IsDisposed);
    }

    [Fact]
    public void Gate_LongFrames_StillPassesTheWholePreRoll()
    {
        EndpointerOptions options = new()
        {
            MinimumSpeechMilliseconds = 10,
            CreateDetector = rate => new ScriptedDetector(rate, 8000, [0, 0, 1, 0]),
        };
        using SpeechGate gate = new(Rate, options, preRollMilliseconds: 200);
        ArrayBufferWriter<float> passed = new();
        float[] samples = [.. Enumerable.Range(0, 3 * 8000).Select(i => i / 100_000f)];
        for (int at = 0; at < samples.Length; at += 160)
        {
            gate.Accept(samples.AsSpan(at, 160), passed);
        }

        Assert.Equal(samples[(2 * 8000 - 3200)..], passed.WrittenSpan.ToArray());
    }

    // A tone of one level with slow edges, as a word of a synthesizer, in noise.
    private static PcmAudio Steady(float noise, float level, params (double From, double To)[] words)
    {
        float[] samples = Fixture.Noise((int)((words[^1].To + 1) * Rate), noise);
        foreach ((double from, double to) in words)
        {
            for (int i = (int)(from * Rate); i < (int)(to * Rate); i++)
            {
                samples[i] += level * (float)Math.Sin(2 * Math.PI * 180 * i / Rate);
            }
        }

        return new PcmAudio(samples, Rate);
    }

    // Where the passed samples begin in the audio; noise makes it unique.
    private static int Position(ReadOnlySpan<float> passed, PcmAudio audio)
    {
        int at = audio.Samples.Span.IndexOf(passed[..50]);
        Assert.InRange(at, 0.76 * Rate, 0.82 * Rate);
        return at;
    }

    // Syllables of 150 ms with gaps of 50 ms, in noise, 1.5 s of noise at the end.
    private static PcmAudio Audio(float noise, params (double From, double To)[] speech)
    {
        float[] samples = Fixture.Noise((int)((speech[^1].To + 1.5) * Rate), noise);
        foreach ((double from, double to) in speech)
        {
            for (int i = (int)(from * Rate); i < (int)(to * Rate); i++)
            {
                double syllable = (i - from * Rate) % (0.2 * Rate);
                samples[i] += syllable < 0.15 * Rate || i > to * Rate - 800 ? (float)(0.2 * Math.Sin(2 * Math.PI * 180 * i / Rate)) : 0;
            }
        }

        return new PcmAudio(samples, Rate);
    }
}
