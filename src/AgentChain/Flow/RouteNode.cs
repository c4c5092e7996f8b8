using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A value and the route its classifier chose.</summary>
readonly record struct Routed<T>(T Value, string Route);

/// <summary>Sends a value down the route that was chosen.</summary>
sealed class RouteNode<T>(BlockNode node, Dictionary<string, Target<T>> routes, Target<T>? otherwise) : Target<Routed<T>>
{
    public override ValueTask SendAsync(in Envelope<Routed<T>> envelope)
    {
        Target<T>? taken = envelope.Value.Route is { } route && routes.TryGetValue(route, out Target<T>? named) ? named : otherwise;
        if (taken is null)
        {
            // What a classifier says may quote what a user said.
            bool isNamed = envelope.Turn.Runtime.Settings.IncludeSensitiveData;
            string chosen = envelope.Value.Route is not { } unknown ? "null, which" : isNamed ? $"the route '{OptionCheck.Visible(unknown)}', which" : "a route that";
            envelope.Fail(node, node.Broke(
                $"chose {chosen} is not among its routes ({string.Join(", ", routes.Keys)}); add it with To, or add Otherwise.{(isNamed || envelope.Value.Route is null ? "" : " ChainOptions.IncludeSensitiveData shows its name.")}"));
            return default;
        }

        return taken.SendAsync(envelope.With(envelope.Value.Value, envelope.Cause!));
    }
}

/// <summary>A classifier that hands its input on beside its choice.</summary>
sealed class RoutingBlock<T>(IBlock<T, string> classifier) : IBlock<T, Routed<T>>
{
    public async ValueTask<Routed<T>> InvokeAsync(T input, BlockContext context, CancellationToken cancellationToken) =>
        new(input, await classifier.InvokeAsync(input, context, cancellationToken).Guarded());
}

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

/// <summary>A synchronous classifier that hands its input on beside its choice.</summary>
sealed class SyncRoutingBlock<T>(ISyncBlock<T, string> classifier) : ISyncBlock<T, Routed<T>>
{
    public Routed<T> Invoke(T input, BlockContext context) => new(input, classifier.Invoke(input, context));
}
