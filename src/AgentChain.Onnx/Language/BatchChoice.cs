namespace AgentChain.Onnx.Language;

/// <summary>Chooses the sequences that take the next step together.</summary>
static class BatchChoice
{
    /// <summary>
    /// Sorts the sequences by urgency and returns how many of them take the next step: as many as the most urgent one has time for. The
    /// others wait until it has more time per token, or has ended.
    /// </summary>
    /// <param name="members">The sequences, with their slack.</param>
    /// <param name="together">The number of sequences that can be in one run.</param>
    /// <param name="times">The times of steps.</param>
    public static int Choose(Span<DecodeMember> members, int together, StepTimes times)
    {
        bool isLimited = false;
        TimeSpan alone = times.Predict(1, together);
        foreach (DecodeMember member in members)
        {
            // What is late even alone does not make others late.
            member.Slack = member.Slack < alone ? TimeSpan.MaxValue : member.Slack;
            isLimited |= member.Slack != TimeSpan.MaxValue;
        }

        if (!isLimited)
        {
            return members.Length;
        }

        members.Sort(static (a, b) => a.Slack.CompareTo(b.Slack));
        int count = members.Length;
        while (count > 1 && times.Predict(count, together) > members[0].Slack)
        {
            count--;
        }

        return count;
    }
}
