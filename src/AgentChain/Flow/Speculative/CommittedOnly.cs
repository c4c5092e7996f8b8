using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>The barrier in front of a block that must not see hypotheses: they end here.</summary>
/// <param name="next">The block.</param>
/// <param name="withdraws">Whether a hypothesis that comes here also ends the run it came from, whose output would only wait.</param>
sealed class CommittedOnly<T>(Receiver<T> next, bool withdraws) : Receiver<T>
{
    public override ValueTask AcceptAsync(in Envelope<T> envelope)
    {
        if (!envelope.IsUncommitted)
        {
            return next.AcceptAsync(envelope);
        }

        if (withdraws)
        {
            GateHop.LatestAttempt(envelope.Cause)?.Withdraw();
        }

        return default;
    }
}

/// <summary>The barrier in front of a block that runs for each item of a stream and must not see hypotheses.</summary>
sealed class CommittedStreamsOnly<T>(StreamReceiver<T> next, bool withdraws) : StreamReceiver<T>
{
    public override ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame)
    {
        if (!cause.IsUncommitted)
        {
            return next.OpenAsync(turn, cause, frame);
        }

        if (withdraws)
        {
            GateHop.LatestAttempt(cause)?.Withdraw();
        }

        return new(NowhereSink<T>.Instance);
    }
}

/// <summary>Where the items of a hypothesis go that must not pass.</summary>
sealed class NowhereSink<T> : ItemSink<T>
{
    public static NowhereSink<T> Instance { get; } = new();

    public override bool KeepsCauses => false;

    public override ValueTask WriteAsync(T item, Hop cause, long at) => default;

    public override ValueTask CompleteAsync(Hop last) => default;

    public override ValueTask FailAsync(FlowNode node, Exception error, Hop last) => default;
}
