using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>The sample rate and channels of a provider of NAudio, checked.</summary>
internal readonly record struct ProviderFormat(int SampleRate, int Channels)
{
    private const int HighestRate = 768_000;

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
