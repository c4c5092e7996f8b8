using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Discards the items of a hypothesis that must not pass.</summary>
sealed class NullWriter<T> : ItemWriter<T>
{
    public static NullWriter<T> Instance { get; } = new();

    public override bool KeepsCauses => false;

    public override ValueTask WriteAsync(T item, TraceStep cause, long at) => default;

    public override ValueTask CompleteAsync(TraceStep last) => default;

    public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last) => default;
}
