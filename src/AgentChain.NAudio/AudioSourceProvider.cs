using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>Reads an AgentChain source for NAudio.</summary>
internal sealed class AudioSourceProvider : ISampleProvider
{
    private readonly IAudioSource _source;
    private readonly string _name;

    public AudioSourceProvider(IAudioSource source)
    {
        _source = source;
        _name = source.GetType().Name;
        (int sampleRate, int channels) = ProviderFormat.Read(_name, () => (source.SampleRate, source.Channels));
        // NAudio divides by the channels when it creates a format, so they are checked first.
        WaveFormat = channels is >= 1 and <= short.MaxValue
            ? WaveFormat.CreateIeeeFloatWaveFormat(sampleRate, channels)
            : throw new NAudioProviderException(_name, $"{_name} has {channels} channels; 1 to {short.MaxValue} are possible.");
        ProviderFormat.Check(_name, WaveFormat);
    }

    public WaveFormat WaveFormat { get; }

    public int Read(Span<float> buffer)
    {
        buffer = Frames.Whole(buffer, WaveFormat.Channels);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int read;
        try
        {
            read = _source.Read(buffer);
        }
        catch (Exception error) when (error is not (OperationCanceledException or NAudioProviderException))
        {
            throw new NAudioProviderException(_name, $"{_name} failed while it was read: {error.Message}", error);
        }

        return Frames.Check(_name, read, buffer.Length, WaveFormat.Channels);
    }
}
