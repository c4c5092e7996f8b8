using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>The barrier in front of a block that must not see hypotheses: they end here.</summary>
/// <param name="next">The block.</param>
/// <param name="withdraws">Whether a hypothesis that comes here also ends the run it came from, whose output would only wait.</param>
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

/// <summary>The barrier in front of a block that runs for each item of a stream and must not see hypotheses.</summary>
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

/// <summary>Where the items of a hypothesis go that must not pass.</summary>
sealed class NullWriter<T> : ItemWriter<T>
{
    public static NullWriter<T> Instance { get; } = new();

    public override bool KeepsCauses => false;

    public override ValueTask WriteAsync(T item, TraceStep cause, long at) => default;

    public override ValueTask CompleteAsync(TraceStep last) => default;

    public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last) => default;
}
