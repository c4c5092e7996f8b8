namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Specifies the problem with a WAV stream.</summary>
/// <remarks>There is no unspecified member: the exception exists only for a problem.</remarks>
public enum WavProblem
{
    /// <summary>The stream is empty.</summary>
    Empty,

    /// <summary>The stream does not start as a RIFF/WAVE file.</summary>
    NotWave,

    /// <summary>The stream is a 64-bit variant (RF64, BW64, W64), which is not supported.</summary>
    Unsupported64Bit,

    /// <summary>The format chunk is missing, or is not before the samples.</summary>
    NoFormat,

    /// <summary>The format chunk contradicts itself (no channels, a sample rate below 1,000 or above 768,000 Hz, a wrong frame
    /// size).</summary>
    BadFormat,

    /// <summary>The encoding of the samples is not supported (ADPCM, mu-law, MP3, a bit depth other than 8, 16, 24, 32, 64).</summary>
    UnsupportedCodec,

    /// <summary>The data chunk is missing.</summary>
    NoData,

    /// <summary>The data chunk contains no samples.</summary>
    NoSamples,

    /// <summary>The stream is shorter than its header states.</summary>
    Truncated,

    /// <summary>A floating point sample is infinite or not a number.</summary>
    BadSample,
}
