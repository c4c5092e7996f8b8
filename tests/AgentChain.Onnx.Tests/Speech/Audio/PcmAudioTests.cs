using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Tests.Speech.Audio;

public class PcmAudioTests
{
    [Fact]
    public void Constructor_CopiesItsSamples()
    {
        float[] samples = [1f, 2f];
        PcmAudio audio = new(samples, 8000);
        samples[0] = 9f;

        Assert.Equal(1f, audio.Samples.Span[0]);
        Assert.Equal(TimeSpan.FromSeconds(2.0 / 8000), audio.Duration);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void Constructor_ImpossibleRate_Throws(int rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new PcmAudio([], rate));

    [Fact]
    public void Concat_SameRate_JoinsInOrder()
    {
        PcmAudio joined = PcmAudio.Concat([new PcmAudio([1f], 8000), new PcmAudio([2f, 3f], 8000)]);
        Assert.Equal([1f, 2f, 3f], joined.Samples.ToArray());
        Assert.Equal([2f], joined.Slice(1, 1).Samples.ToArray());
    }

    [Fact]
    public void Concat_DifferentRatesOrNothing_Throws()
    {
        Assert.Throws<ArgumentException>(() => PcmAudio.Concat([new PcmAudio([1f], 8000), new PcmAudio([2f], 16000)]));
        Assert.Throws<ArgumentException>(() => PcmAudio.Concat([]));
    }

    [Fact]
    public void Resample_OtherRate_KeepsTheDuration()
    {
        PcmAudio audio = PcmAudio.Silence(TimeSpan.FromMilliseconds(500), 44100);
        Assert.Equal(8000, audio.Resample(16000).Length);
        Assert.Same(audio, audio.Resample(44100));
    }

    [Fact]
    public void ToSource_ReadToEnd_GivesTheSameAudio()
    {
        PcmAudio audio = new(Fixture.Noise(10_000, 1f), 16000);
        Assert.Equal(audio.Samples.ToArray(), audio.ToSource().ReadToEnd().Samples.ToArray());
    }

    [Fact]
    public void ReadInPieces_Source_GivesAllOfItInPiecesOfAtMostThatLength()
    {
        PcmAudio audio = new(Fixture.Noise(10_000, 1f), 16000);

        PcmAudio[] pieces = [.. audio.ToSource().ReadInPieces(TimeSpan.FromMilliseconds(50))];

        Assert.Equal(audio.Samples.ToArray(), PcmAudio.Concat(pieces).Samples.ToArray());
        Assert.Equal([.. Enumerable.Repeat(800, 12), 400], pieces.Select(piece => piece.Length));
    }

    [Fact]
    public void ReadInPieces_NoLength_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PcmAudio([], 16000).ToSource().ReadInPieces(TimeSpan.Zero));

    [Theory]
    [InlineData(-2)]
    [InlineData(1)]
    [InlineData(int.MaxValue - 1)]
    public void Read_SourceReturnsAnImpossibleNumber_Throws(int returned)
    {
        Assert.Throws<InvalidOperationException>(() => new BrokenSource(returned).ReadToEnd());
        Assert.Throws<InvalidOperationException>(() => new BrokenSource(returned).ReadInPieces(TimeSpan.FromSeconds(1)).Count());
    }

    [Fact]
    public void IsSilent_OnlyQuietAudio_IsTrue()
    {
        Assert.True(AudioLevel.IsSilent(PcmAudio.Silence(TimeSpan.FromSeconds(1), 16000)));
        Assert.True(AudioLevel.IsSilent(new PcmAudio(Fixture.Noise(16000, 0.0005f), 16000)));
        Assert.True(AudioLevel.IsSilent(new PcmAudio([], 16000)));
        float[] burst = new float[16000];
        Fixture.Sine(16000, 300, 800).CopyTo(burst, 15_100);
        Assert.False(AudioLevel.IsSilent(new PcmAudio(burst, 16000)));
    }

    [Fact]
    public void Levels_OfASine_AreKnown()
    {
        float[] sine = Fixture.Sine(16000, 100, 16000, 1f);
        Assert.Equal(1f, AudioLevel.Peak(sine), 1e-4f);
        Assert.Equal(-3.01f, AudioLevel.ToDecibels(AudioLevel.RootMeanSquare(sine)), 0.01f);
        Assert.Equal(-120f, AudioLevel.ToDecibels(AudioLevel.RootMeanSquare([])));
    }

    private sealed class BrokenSource(int returned) : IAudioSource
    {
        public int SampleRate => 16000;

        public int Channels => 2;

        public int Read(Span<float> buffer) => returned;
    }
}
