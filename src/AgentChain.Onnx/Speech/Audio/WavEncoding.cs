using System.Buffers.Binary;

namespace AgentChain.Onnx.Speech.Audio;

/// <summary>Specifies how a WAV file stores its samples.</summary>
/// <remarks>There is no unspecified member: a file with another encoding is refused.</remarks>
public enum WavEncoding
{
    /// <summary>Integers: unsigned for 8 bits, signed little-endian for 16, 24 and 32.</summary>
    Pcm,

    /// <summary>IEEE 754 little-endian floats of 32 or 64 bits, full scale at -1 and 1.</summary>
    IeeeFloat,
}
