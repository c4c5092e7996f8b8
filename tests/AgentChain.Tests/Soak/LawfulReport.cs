namespace AgentChain.Tests.Soak;

/// <summary>The form that every report must have: contiguous parts, each with an owner, that sum to the turn's time.</summary>
static class LawfulReport
{
    /// <summary>Describes the errors in a turn's report.</summary>
    /// <returns><see langword="null"/> when nothing is.</returns>
    public static string? FaultOf(TurnResult result)
    {
        TurnReport report = result.Report;
        if (result.Error is null != (result.Outcome == TurnOutcome.Completed))
        {
            return $"the outcome is {result.Outcome} and the error {result.Error?.GetType().Name ?? "null"}";
        }

        if (result.Error is { } error && error.Outcome != result.Outcome)
        {
            return $"the outcome is {result.Outcome} and the error's {error.Outcome}";
        }

        if (FaultOf(report.Parts, report.Elapsed) is { } fault)
        {
            return fault;
        }

        return report.FirstOutput is { } first
            ? first > report.Elapsed ? "the first output came after the end" : FaultOf(report.PartsToFirstOutput, first)
            : report.PartsToFirstOutput.Count > 0 ? "there are parts to a first output that never came" : null;
    }

    static string? FaultOf(IReadOnlyList<ReportPart> parts, TimeSpan whole)
    {
        TimeSpan at = TimeSpan.Zero;
        foreach (ReportPart part in parts)
        {
            if (part.Start != at || part.End < part.Start || string.IsNullOrEmpty(part.Owner))
            {
                return $"the part {part} does not follow on {at}";
            }

            at = part.End;
        }

        return at == whole ? null : $"the parts sum to {at}, not to the turn's {whole}";
    }
}
