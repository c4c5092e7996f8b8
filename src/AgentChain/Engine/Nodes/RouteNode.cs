using System.Runtime.CompilerServices;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Sends a value to the chosen route.</summary>
sealed class RouteNode<T>(BlockNode node, Dictionary<string, Target<T>> routes, Target<T>? otherwise) : Target<Routed<T>>
{
    public override ValueTask SendAsync(in Envelope<Routed<T>> envelope)
    {
        Target<T>? taken = envelope.Value.Route is { } route && routes.TryGetValue(route, out Target<T>? named) ? named : otherwise;
        if (taken is null)
        {
            // The output of a classifier can quote a user.
            bool isNamed = envelope.Turn.Runtime.Settings.IncludeSensitiveData;
            string chosen = envelope.Value.Route is not { } unknown ? "null, which" : isNamed ? $"the route '{OptionCheck.Visible(unknown)}', which" : "a route that";
            envelope.Fail(node, node.Broke(
                $"chose {chosen} is not among its routes ({string.Join(", ", routes.Keys)}); add it with To, or add Otherwise.{(isNamed || envelope.Value.Route is null ? "" : " ChainOptions.IncludeSensitiveData shows its name.")}"));
            return default;
        }

        return taken.SendAsync(envelope.With(envelope.Value.Value, envelope.Cause!));
    }
}
