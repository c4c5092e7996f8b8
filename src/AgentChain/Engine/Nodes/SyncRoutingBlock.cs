using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Nodes;

/// <summary>Wraps a synchronous classifier, and hands on its input with its choice.</summary>
sealed class SyncRoutingBlock<T>(ISyncBlock<T, string> classifier) : ISyncBlock<T, Routed<T>>
{
    public Routed<T> Invoke(T input, BlockContext context) => new(input, classifier.Invoke(input, context));
}
