using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>A destination of streams.</summary>
abstract class StreamTarget<T>
{
    /// <summary>Starts one turn's stream. Never throws.</summary>
    public abstract ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame);
}
