using System.Runtime.InteropServices;
using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>Provides AgentChain's audio as NAudio's providers and streams, and writes it to NAudio's files.</summary>
public static class NAudioOutputs
{
    /// <summary>Returns a provider that reads a source.</summary>
    /// <param name="source">The source; read only through the provider from now on.</param>
    /// <returns>A provider of 32-bit floating-point samples. Not thread-safe.</returns>
    /// <exception cref="NAudioProviderException">
    /// The source throws, has no channels, or has a sample rate outside 1 to 768,000 Hz. A read throws it if the source throws or returns
    /// an impossible number.
    /// </exception>
    public static ISampleProvider ToSampleProvider(this IAudioSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new AudioSourceProvider(source);
    }

    /// <summary>Returns a provider that plays a piece of audio once.</summary>
    /// <param name="audio">The audio.</param>
    /// <returns>A mono provider of 32-bit floating-point samples. Not thread-safe.</returns>
    public static ISampleProvider ToSampleProvider(this PcmAudio audio) => audio.ToSource().ToSampleProvider();

    /// <summary>Returns a provider of bytes that reads a source, for example for a player.</summary>
    /// <param name="source">The source; read only through the provider from now on.</param>
    /// <returns>A provider of 32-bit floating-point samples. Not thread-safe.</returns>
    /// <exception cref="NAudioProviderException">As in <see cref="ToSampleProvider(IAudioSource)"/>.</exception>
    public static IWaveProvider ToWaveProvider(this IAudioSource source) => source.ToSampleProvider().ToWaveProvider();

    /// <summary>Returns a provider of bytes that plays a piece of audio once, for example for a player.</summary>
    /// <param name="audio">The audio.</param>
    /// <returns>A mono provider of 32-bit floating-point samples. Not thread-safe.</returns>
    public static IWaveProvider ToWaveProvider(this PcmAudio audio) => audio.ToSource().ToWaveProvider();

    /// <summary>Returns a seekable stream of a copy of the samples.</summary>
    /// <param name="audio">The audio.</param>
    /// <returns>A mono stream of 32-bit floating-point samples. Not thread-safe.</returns>
    public static WaveStream ToWaveStream(this PcmAudio audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        byte[] bytes = MemoryMarshal.AsBytes(audio.Samples.Span).ToArray();
        return new RawSourceWaveStream(new MemoryStream(bytes, writable: false), WaveFormat.CreateIeeeFloatWaveFormat(audio.SampleRate, 1));
    }

    /// <summary>Returns a sink that writes to a file. Disposing the sink disposes the writer, which then completes the file.</summary>
    /// <param name="writer">The writer, of 16 or 24 bits PCM, 32 bits in a <c>WaveFormatExtensible</c>, or 32 bits floating point.</param>
    /// <returns>The sink; samples outside [-1, 1] are clipped if the file has integers. Not thread-safe.</returns>
    /// <exception cref="NAudioProviderException">
    /// The writer has no channels, a sample rate outside 1 to 768,000 Hz, or samples that NAudio cannot write.
    /// </exception>
    public static IAudioSink ToAudioSink(this WaveFileWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new WaveFileSink(writer);
    }

    /// <summary>Appends a piece of audio to a file, in every channel.</summary>
    /// <param name="writer">The writer, of 16 or 24 bits PCM, 32 bits in a <c>WaveFormatExtensible</c>, or 32 bits floating point.</param>
    /// <param name="audio">The audio, at the sample rate of the writer.</param>
    /// <exception cref="ArgumentException">The sample rates differ; resample the audio first.</exception>
    /// <exception cref="NAudioProviderException">
    /// The writer has no channels, a sample rate outside 1 to 768,000 Hz, or samples that NAudio cannot write.
    /// </exception>
    public static void Write(this WaveFileWriter writer, PcmAudio audio)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.SampleRate != writer.WaveFormat.SampleRate)
        {
            throw new ArgumentException(
                $"The audio has {audio.SampleRate} Hz, but the file has {writer.WaveFormat.SampleRate} Hz; call {nameof(PcmAudio.Resample)} first.",
                nameof(audio));
        }

        new WaveFileSink(writer).WriteMono(audio.Samples.Span);
    }
}
