using System.Globalization;
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
    private long _frames;

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
        if (now != _format)
        {
            throw new NAudioProviderException(
                _provider, $"{_provider} changed its format from {_format} to {now} while it was read. Convert it to one format first.");
        }

        CheckSamples(buffer[..Frames.Check(_provider, read, buffer.Length, Channels)]);
        _frames += read / Channels;
        return read;
    }

    // One NaN would reach everything that a filter or a model computes from it.
    private void CheckSamples(ReadOnlySpan<float> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                long frame = _frames + (i / Channels);
                throw new NAudioProviderException(
                    _provider,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{_provider} returned the sample {samples[i]} in frame {frame} ({(double)frame / SampleRate:F3} s), channel {i % Channels}. ")
                        + "Samples must be finite; check the effect or device that produced it.");
            }
        }
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
