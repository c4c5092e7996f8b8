namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Something samples can be pulled from: a file, a microphone, a mixer.</summary>
/// <remarks>
/// The shape of NAudio's <c>ISampleProvider</c>, without its dependency. An adapter is one line per member:
/// <c>SampleRate => provider.WaveFormat.SampleRate</c>, <c>Channels => provider.WaveFormat.Channels</c>, and
/// <c>Read</c> calls <c>provider.Read(array, 0, n)</c> and copies the array; an <c>IWaveProvider</c> becomes an
/// <c>ISampleProvider</c> through NAudio's own <c>ToSampleProvider()</c>. Not thread-safe unless an implementation says so.
/// </remarks>
public interface IAudioSource
{
    /// <summary>Frames per second; a frame holds one sample per channel.</summary>
    int SampleRate { get; }

    /// <summary>Channels, interleaved in what <see cref="Read"/> gives; at least 1.</summary>
    int Channels { get; }

    /// <summary>Reads interleaved samples.</summary>
    /// <param name="buffer">Where they go; its length should be a multiple of <see cref="Channels"/>.</param>
    /// <returns>How many floats were written, a multiple of <see cref="Channels"/>; 0 means the end.</returns>
    int Read(Span<float> buffer);
}
