namespace AgentChain.Onnx.Speech.Audio;

/// <summary>What is wrong with a WAV stream.</summary>
public enum WavProblem
{
    /// <summary>The stream holds no bytes at all.</summary>
    Empty,

    /// <summary>The stream does not begin as a RIFF/WAVE file.</summary>
    NotWave,

    /// <summary>It is a 64-bit variant (RF64, BW64, W64), which is not read.</summary>
    Unsupported64Bit,

    /// <summary>There is no format chunk before the samples, or none at all.</summary>
    NoFormat,

    /// <summary>The format chunk contradicts itself (no channels, no rate, a wrong frame size).</summary>
    BadFormat,

    /// <summary>The samples are coded in a way that is not read (ADPCM, mu-law, MP3, a bit depth other than 8, 16, 24, 32, 64).</summary>
    UnsupportedCodec,

    /// <summary>There is no data chunk.</summary>
    NoData,

    /// <summary>There is a data chunk, and it holds no samples.</summary>
    NoSamples,

    /// <summary>The stream ends before its header says it does.</summary>
    Truncated,

    /// <summary>A floating point sample is infinite or not a number.</summary>
    BadSample,
}
