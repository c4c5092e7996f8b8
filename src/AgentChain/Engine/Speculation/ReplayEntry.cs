using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>What a reader of a log finds: an item, unless one of the others is set.</summary>
readonly struct ReplayEntry<T>
{
    public Item<T> Item { get; init; }

    /// <summary>What the end was waiting for.</summary>
    public TraceStep? End { get; init; }

    /// <summary>What to wait for.</summary>
    public Task? Wait { get; init; }

    /// <summary>Whether nothing comes any more, and the stream did not end: the run was given up, or its items go on from elsewhere.</summary>
    public bool IsGone { get; init; }
}
