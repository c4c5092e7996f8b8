using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A synchronous classifier that hands its input on beside its choice.</summary>
sealed class SyncRoutingBlock<T>(ISyncBlock<T, string> classifier) : ISyncBlock<T, Routed<T>>
{
    public Routed<T> Invoke(T input, BlockContext context) => new(input, classifier.Invoke(input, context));
}
