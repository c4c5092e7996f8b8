using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Primitives;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A classifier that hands its input on beside its choice.</summary>
sealed class RoutingBlock<T>(IBlock<T, string> classifier) : IBlock<T, Routed<T>>
{
    public async ValueTask<Routed<T>> InvokeAsync(T input, BlockContext context, CancellationToken cancellationToken) =>
        new(input, await classifier.InvokeAsync(input, context, cancellationToken).Guarded());
}
