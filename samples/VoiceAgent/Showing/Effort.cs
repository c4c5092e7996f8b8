using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AgentChain;
using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Showing;

/// <summary>Measures the work for an answer, and identifies its sound.</summary>
static class Effort
{
    /// <summary>The block that works while the caller speaks; its time does not count.</summary>
    const string Listener = "listen";

    /// <summary>Returns the working time of the blocks downstream of the listener, wasted work included.</summary>
    public static TimeSpan Of(TurnReport report) => report.Spans
        .Where(span => span.Block != Listener)
        .Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.Ended - span.Started - span.DeviceWait));

    /// <summary>Returns a hash of all samples.</summary>
    public static string Fingerprint(IEnumerable<PcmAudio> pieces)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PcmAudio piece in pieces)
        {
            hash.AppendData(MemoryMarshal.AsBytes(piece.Samples.Span));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
