using System.Runtime.CompilerServices;
using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Nodes;

/// <summary>Wraps a classifier that publishes candidates, and hands on its input with each of them.</summary>
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
