namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Represents a destination for samples, such as a file or a loudspeaker.</summary>
/// <remarks>
/// Has the shape of NAudio's <c>WaveFileWriter.WriteSamples</c>; the package <c>AgentChain.NAudio</c> converts. Disposing ends the stream
/// (a file gets its final sizes). Not thread-safe unless an implementation states otherwise.
/// </remarks>
public interface IAudioSink : IDisposable
{
    /// <summary>Gets the number of frames per second.</summary>
    int SampleRate { get; }

    /// <summary>Gets the number of channels, which <see cref="Write"/> takes interleaved.</summary>
    int Channels { get; }

    /// <summary>Writes interleaved samples.</summary>
    /// <param name="samples">The samples, a whole number of frames.</param>
    void Write(ReadOnlySpan<float> samples);
}
