namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Something samples can be pushed into: a file, a loudspeaker.</summary>
/// <remarks>The shape of NAudio's <c>WaveFileWriter.WriteSamples</c> and <c>BufferedWaveProvider.AddSamples</c>. Disposing ends
/// the stream (a file gets its final sizes). Not thread-safe unless an implementation says so.</remarks>
public interface IAudioSink : IDisposable
{
    /// <summary>Frames per second.</summary>
    int SampleRate { get; }

    /// <summary>Channels, interleaved in what <see cref="Write"/> takes.</summary>
    int Channels { get; }

    /// <summary>Writes interleaved samples.</summary>
    /// <param name="samples">A whole number of frames.</param>
    void Write(ReadOnlySpan<float> samples);
}
