using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>Provides NAudio's providers and streams as audio for AgentChain.</summary>
/// <remarks>
/// A provider that throws, that returns a negative number, more than was asked for or part of a frame, or that changes its sample rate or
/// channels causes an <see cref="NAudioProviderException"/> at the read at which it happens.
/// </remarks>
public static class NAudioSources
{
    /// <summary>Returns a source that reads a sample provider.</summary>
    /// <param name="provider">The provider; the caller disposes it if it is disposable.</param>
    /// <returns>The source, at the provider's position. Not thread-safe.</returns>
    /// <exception cref="NAudioProviderException">
    /// The provider has no format, no channels, or a sample rate outside 1 to 768,000 Hz.
    /// </exception>
    public static IAudioSource ToAudioSource(this ISampleProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new ProviderAudioSource(provider.GetType().Name, () => provider.WaveFormat, provider.Read);
    }

    /// <summary>Returns a source that reads a wave provider or a wave stream, such as a <see cref="WaveFileReader"/>.</summary>
    /// <param name="provider">The provider, of 8, 16, 24 or 32 bits PCM, or 32 or 64 bits floating point; the caller disposes it.</param>
    /// <returns>The source, at the provider's position. Not thread-safe.</returns>
    /// <exception cref="NAudioProviderException">
    /// The provider has no format, no channels, a sample rate outside 1 to 768,000 Hz, or an encoding that has to be decoded first.
    /// </exception>
    public static IAudioSource ToAudioSource(this IWaveProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        string name = provider.GetType().Name;
        WaveFormat format = ProviderFormat.Read(name, () => provider.WaveFormat);
        ProviderFormat.Check(name, format);
        ISampleProvider samples = Decode(name, new CheckedWaveProvider(name, provider, format));
        return new ProviderAudioSource(name, () => provider.WaveFormat, samples.Read);
    }

    /// <summary>Reads a sample provider to its end and mixes its channels down to mono (their mean).</summary>
    /// <param name="provider">The provider, which is at its end afterward.</param>
    /// <returns>The remaining audio.</returns>
    /// <exception cref="NAudioProviderException">The provider has an unusable format or broke the contract of <c>Read</c>.</exception>
    public static PcmAudio ToPcmAudio(this ISampleProvider provider) => provider.ToAudioSource().ReadToEnd();

    /// <summary>Reads a wave provider or wave stream to its end and mixes its channels down to mono (their mean).</summary>
    /// <param name="provider">The provider, which is at its end afterward.</param>
    /// <returns>The remaining audio.</returns>
    /// <exception cref="NAudioProviderException">The provider has an unusable format or broke the contract of <c>Read</c>.</exception>
    public static PcmAudio ToPcmAudio(this IWaveProvider provider) => provider.ToAudioSource().ReadToEnd();

    private static ISampleProvider Decode(string name, CheckedWaveProvider provider)
    {
        try
        {
            return provider.ToSampleProvider();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            WaveFormat format = provider.WaveFormat;
            throw new NAudioProviderException(
                name,
                $"{name} has audio of {format.BitsPerSample} bits in the encoding {format.Encoding}, which is not decoded here. "
                    + "Decode it to PCM first, for example with NAudio's MediaFoundationReader on Windows.",
                error);
        }
    }
}
