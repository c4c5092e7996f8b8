using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Primitives;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A classifier that publishes candidates, and hands its input on beside them.</summary>
sealed class RevisingRouter<T>(IRevisingBlock<T, string> classifier) : IRevisingBlock<T, Routed<T>>
{
    public async IAsyncEnumerable<Hypothesis<Routed<T>>> InvokeAsync(
        T input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Hypothesis<string> route in classifier.InvokeAsync(input, context, cancellationToken).Guarded())
        {
            yield return new(new(input, route.Value), route.Probability, route.IsFinal) { Features = route.Features };
        }
    }
}
