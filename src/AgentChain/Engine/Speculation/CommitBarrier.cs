using AgentChain.Engine.Links;

namespace AgentChain.Engine.Speculation;

/// <summary>The barrier upstream of a block that must not see hypotheses: they end here.</summary>
/// <param name="next">The block.</param>
/// <param name="withdraws">Whether a hypothesis that arrives here also ends the run that produced it, whose output could only wait.</param>
sealed class CommitBarrier<T>(Target<T> next, bool withdraws) : Target<T>
{
    public override ValueTask SendAsync(in Envelope<T> envelope)
    {
        if (!envelope.IsUncommitted)
        {
            return next.SendAsync(envelope);
        }

        if (withdraws)
        {
            SpeculativeStep.LatestAttempt(envelope.Cause)?.Withdraw();
        }

        return default;
    }
}
