using AgentChain.Onnx.Speech.Audio;
using NAudio.Wave;

namespace AgentChain.NAudio.Tests;

/// <summary>Writes into the buffer and says how much.</summary>
internal delegate int Reading<T>(Span<T> buffer);

/// <summary>A sample provider whose every answer is given by the test.</summary>
internal sealed class ScriptedProvider(WaveFormat? format, Reading<float> read) : ISampleProvider
{
    public WaveFormat? Format { get; set; } = format;

    public WaveFormat WaveFormat => Format!;

    public int Read(Span<float> buffer) => read(buffer);
}

/// <summary>A wave provider whose every answer is given by the test.</summary>
internal sealed class ScriptedWave(WaveFormat? format, Reading<byte> read) : IWaveProvider
{
    public WaveFormat? Format { get; set; } = format;

    public WaveFormat WaveFormat => Format!;

    public int Read(Span<byte> buffer) => read(buffer);
}

/// <summary>A source of our own whose every answer is given by the test.</summary>
internal sealed class ScriptedSource(int sampleRate, int channels, Reading<float> read) : IAudioSource
{
    public int SampleRate => sampleRate;

    public int Channels => channels;

    public int Read(Span<float> buffer) => read(buffer);
}
