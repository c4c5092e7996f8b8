using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>The sample rate and channels of a provider of NAudio, checked.</summary>
internal readonly record struct ProviderFormat(int SampleRate, int Channels)
{
    private const int HighestRate = 768_000;

    /// <summary>Reads a format from a provider, whose property is the host's code, and checks it.</summary>
    public static ProviderFormat Check(string provider, Func<WaveFormat?> format) => Check(provider, Read(provider, format));

    /// <summary>Reads a property of a provider.</summary>
    /// <exception cref="NAudioProviderException">The property threw.</exception>
    public static T Read<T>(string provider, Func<T> property)
    {
        try
        {
            return property();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new NAudioProviderException(provider, $"{provider} failed when it was asked for its format: {error.Message}", error);
        }
    }

    public static ProviderFormat Check(string provider, WaveFormat? format)
    {
        if (format is null)
        {
            throw new NAudioProviderException(provider, $"{provider} has no WaveFormat. Return one that says the sample rate and the channels.");
        }

        if (format.Channels < 1)
        {
            throw new NAudioProviderException(provider, $"{provider} has a WaveFormat of {format.Channels} channels; at least 1 is needed.");
        }

        return format.SampleRate is >= 1 and <= HighestRate
            ? new(format.SampleRate, format.Channels)
            : throw new NAudioProviderException(
                provider, $"{provider} has a WaveFormat of {format.SampleRate} Hz; a sample rate must be between 1 and {HighestRate} Hz.");
    }

    public override string ToString() => FormattableString.Invariant($"{SampleRate} Hz with {Channels} channels");
}
