using AgentChain.Engine.Turns;
using AgentChain.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Where the items of a hypothesis go that must not pass.</summary>
sealed class NullWriter<T> : ItemWriter<T>
{
    public static NullWriter<T> Instance { get; } = new();

    public override bool KeepsCauses => false;

    public override ValueTask WriteAsync(T item, TraceStep cause, long at) => default;

    public override ValueTask CompleteAsync(TraceStep last) => default;

    public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last) => default;
}
