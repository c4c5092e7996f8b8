using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The result of reading a <see cref="ReplayBuffer{T}"/>: an item, unless one of the other properties is set.</summary>
readonly struct ReplayEntry<T>
{
    public Item<T> Item { get; init; }

    /// <summary>The step that the end of the stream waited for.</summary>
    public TraceStep? End { get; init; }

    /// <summary>The task to wait for before reading again.</summary>
    public Task? Wait { get; init; }

    /// <summary>
    /// Whether no more items follow although the stream has not ended: the run was discarded, or its items continue in another context.
    /// </summary>
    public bool IsGone { get; init; }
}
