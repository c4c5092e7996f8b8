using AgentChain.Onnx.Speech.Endpointing;

namespace AgentChain.Onnx.Tests.Speech.Endpointing;

/// <summary>A detector that returns given probabilities, and 0 after them.</summary>
sealed class ScriptedDetector(int sampleRate, int frameLength, float[] probabilities) : ISpeechDetector
{
    int _frames;

    public int SampleRate => sampleRate;

    public int FrameLength => frameLength;

    public bool IsDisposed { get; private set; }

    public float Accept(ReadOnlySpan<float> frame)
    {
        Assert.Equal(frameLength, frame.Length);
        return _frames < probabilities.Length ? probabilities[_frames++] : 0;
    }

    public void Reset() => _frames = 0;

    public void Dispose() => IsDisposed = true;
}
