using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Turns;

namespace VoiceAgent.Showing;

/// <summary>What an answer took, and what it sounds like in one word.</summary>
static class Effort
{
    /// <summary>The block whose time is the caller's, who speaks.</summary>
    const string Listener = "listen";

    /// <summary>How long the blocks behind the listener worked for a turn, in vain or not.</summary>
    public static TimeSpan Of(TurnReport report) => report.Spans
        .Where(span => span.Block != Listener)
        .Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.Ended - span.Started - span.DeviceWait));

    /// <summary>Equal when each sample is.</summary>
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
