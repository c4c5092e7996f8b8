using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Takes the sound out of a voice's run.</summary>
internal static class VoiceOutput
{
    /// <summary>Returns a copy of the sound.</summary>
    /// <exception cref="OnnxOutputException">A sample is not a number: one NaN or infinity can silence or break a player.</exception>
    public static PcmAudio Sound(OnnxSession session, OnnxOutputs outputs, string name, int sampleRate)
    {
        ReadOnlySpan<float> samples = outputs.Span<float>(name);
        float largest = FiniteValues.Largest(samples);
        return float.IsFinite(largest)
            ? PcmAudio.Adopt(samples.ToArray(), sampleRate)
            : throw new OnnxOutputException(session.Name, name, null, OnnxOutputException.Problem(largest));
    }
}
