using AgentChain;

namespace VoiceAgent.Showing;

/// <summary>Computes the caller's waiting time.</summary>
static class Waiting
{
    /// <summary>
    /// Returns the time from the end of speech to the answer's first sample: the response time plus the silence that had to pass
    /// before the question counted as over.
    /// </summary>
    /// <param name="response">The report's response time.</param>
    /// <param name="parts">The report's parts.</param>
    /// <returns>The time, or <see langword="null"/> without an answer.</returns>
    public static TimeSpan? FromSpeech(TimeSpan? response, IEnumerable<ReportPart> parts) => parts
        .Where(p => p is { Kind: PartKind.Endpointing, Owner: "endpoint" })
        .Aggregate(response, (sum, part) => sum + part.Duration);
}
