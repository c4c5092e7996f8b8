using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio;

/// <summary>Reads a provider of NAudio and believes nothing that it returns.</summary>
internal sealed class ProviderAudioSource : IAudioSource
{
    private readonly string _provider;
    private readonly Func<WaveFormat?> _currentFormat;
    private readonly SampleReader _read;
    private readonly ProviderFormat _format;

    public ProviderAudioSource(string provider, Func<WaveFormat?> currentFormat, SampleReader read)
    {
        _provider = provider;
        _currentFormat = currentFormat;
        _read = read;
        _format = ProviderFormat.Check(provider, currentFormat);
    }

    public delegate int SampleReader(Span<float> buffer);

    public int SampleRate => _format.SampleRate;

    public int Channels => _format.Channels;

    public int Read(Span<float> buffer)
    {
        buffer = Frames.Whole(buffer, Channels);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int read = ReadChecked(buffer);
        ProviderFormat now = ProviderFormat.Check(_provider, _currentFormat);
        return now == _format
            ? Frames.Check(_provider, read, buffer.Length, Channels)
            : throw new NAudioProviderException(
                _provider, $"{_provider} changed its format from {_format} to {now} while it was read. Convert it to one format first.");
    }

    private int ReadChecked(Span<float> buffer)
    {
        try
        {
            return _read(buffer);
        }
        catch (Exception error) when (error is not (OperationCanceledException or NAudioProviderException))
        {
            throw new NAudioProviderException(_provider, $"{_provider} failed while it was read: {error.Message}", error);
        }
    }
}
