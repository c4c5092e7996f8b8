using System.Runtime.CompilerServices;
using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Nodes;

/// <summary>Wraps a classifier, and hands on its input with its choice.</summary>
sealed class RoutingBlock<T>(IBlock<T, string> classifier) : IBlock<T, Routed<T>>
{
    public async ValueTask<Routed<T>> InvokeAsync(T input, BlockContext context, CancellationToken cancellationToken) =>
        new(input, await classifier.InvokeAsync(input, context, cancellationToken).Guarded());
}
