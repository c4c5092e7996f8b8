namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Represents a source of samples, such as a file, a microphone or a mixer.</summary>
/// <remarks>
/// Has the shape of NAudio's <c>ISampleProvider</c>, without the dependency; the package <c>AgentChain.NAudio</c> converts both ways. Not
/// thread-safe unless an implementation states otherwise.
/// </remarks>
public interface IAudioSource
{
    /// <summary>Gets the number of frames per second; a frame holds one sample per channel.</summary>
    int SampleRate { get; }

    /// <summary>Gets the number of channels, which <see cref="Read"/> returns interleaved; at least 1.</summary>
    int Channels { get; }

    /// <summary>Reads interleaved samples.</summary>
    /// <param name="buffer">The destination, whose length should be a multiple of <see cref="Channels"/>.</param>
    /// <returns>The number of floats written, a multiple of <see cref="Channels"/>; 0 at the end.</returns>
    int Read(Span<float> buffer);
}
