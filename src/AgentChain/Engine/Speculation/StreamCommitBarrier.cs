using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The barrier upstream of a block that runs for each item of a stream and must not see hypotheses.</summary>
sealed class StreamCommitBarrier<T>(StreamTarget<T> next, bool withdraws) : StreamTarget<T>
{
    public override ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame)
    {
        if (!cause.IsUncommitted)
        {
            return next.OpenAsync(turn, cause, frame);
        }

        if (withdraws)
        {
            SpeculativeStep.LatestAttempt(cause)?.Withdraw();
        }

        return new(NullWriter<T>.Instance);
    }
}
