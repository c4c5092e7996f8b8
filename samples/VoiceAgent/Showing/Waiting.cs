using AgentChain.Turns;

namespace VoiceAgent.Showing;

/// <summary>How long the caller waits.</summary>
static class Waiting
{
    /// <summary>
    /// From the last of the speech to the answer's first sample: the response time, and before it the silence that had to be waited for
    /// until the question counted as over.
    /// </summary>
    /// <param name="response">The report's response time.</param>
    /// <param name="parts">The report's parts.</param>
    /// <returns>The time, or <see langword="null"/> without an answer.</returns>
    public static TimeSpan? FromSpeech(TimeSpan? response, IEnumerable<ReportPart> parts) => parts
        .Where(p => p is { Kind: PartKind.Setting, Owner: "endpoint" })
        .Aggregate(response, (sum, part) => sum + part.Duration);
}
