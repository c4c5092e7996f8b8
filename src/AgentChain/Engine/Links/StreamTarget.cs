using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Where streams go.</summary>
abstract class StreamTarget<T>
{
    /// <summary>Begins one turn's stream. Never throws.</summary>
    public abstract ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame);
}
