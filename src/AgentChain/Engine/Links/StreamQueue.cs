using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Gives each turn's stream an edge and sends it to the downstream block, which starts immediately.</summary>
sealed class StreamQueue<T>(Target<StreamEdge<T>> next, int capacity) : StreamTarget<T>
{
    public override async ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame)
    {
        var edge = new StreamEdge<T>(cause, capacity);
        await next.SendAsync(new Envelope<StreamEdge<T>>(turn, edge, cause, frame, turn.Runtime.Now));
        return edge;
    }
}
