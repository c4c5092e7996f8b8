using System.Globalization;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Placement;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>Converts a blueprint to the nodes of a diagram.</summary>
static class BlueprintDiagram
{
    /// <param name="nodes">The nodes.</param>
    /// <param name="plan">The plan of devices; null for none.</param>
    /// <param name="lost">The names of the devices that are lost.</param>
    public static IReadOnlyList<DiagramNode> Of(IReadOnlyList<BlueprintNode> nodes, PlacementPlan? plan, IReadOnlyList<string> lost) =>
        Of(nodes, "", plan, lost);

    static IReadOnlyList<DiagramNode> Of(IReadOnlyList<BlueprintNode> nodes, string prefix, PlacementPlan? plan, IReadOnlyList<string> lost) =>
        [.. nodes.Select(node => Of(node, prefix, plan, lost))];

    static DiagramNode Of(BlueprintNode node, string prefix, PlacementPlan? plan, IReadOnlyList<string> lost) => new(node.Name, Shape(node.Kind))
    {
        Notes = [.. Notes(node), .. BlueprintPlan.Note(plan, lost, prefix + node.Name) is { } note ? [note] : Array.Empty<string>()],
        InPlace = node.IsFused,
        Queue = Queue(node),
        MakesStream = node.Kind switch
        {
            NodeKind.Stream => true,
            NodeKind.Each or NodeKind.Regroup => null,
            _ => false,
        },
        Branches = [.. node.Branches.Select(b => new DiagramBranch(b.Label, Of(b.Nodes, node.PrefixInside(prefix), plan, lost)))],
    };

    static DiagramShape Shape(NodeKind kind) => kind switch
    {
        NodeKind.Route => DiagramShape.Choice,
        NodeKind.Parallel => DiagramShape.Join,
        NodeKind.Loop => DiagramShape.Loop,
        NodeKind.SubChain => DiagramShape.Group,
        _ => DiagramShape.Step,
    };

    static string? Queue(BlueprintNode node)
    {
        if (node.IsFused || Shape(node.Kind) is not (DiagramShape.Step or DiagramShape.Choice))
        {
            return null;
        }

        BlockSettings settings = node.Settings;
        int items = node.Kind == NodeKind.Each ? settings.StreamCapacity : settings.Capacity ?? BlockSettings.DefaultCapacity;
        return string.Create(CultureInfo.InvariantCulture, $"queue {items}{(settings.WhenFull == QueueFullMode.Reject ? ", rejects" : "")}");
    }

    static IEnumerable<string> Notes(BlueprintNode node)
    {
        BlockSettings settings = node.Settings;
        if (node.Kind is NodeKind.Revise or NodeKind.Regroup or NodeKind.Collect or NodeKind.Through)
        {
            yield return node.Kind switch
            {
                NodeKind.Revise => "hypotheses, then a final value",
                NodeKind.Regroup => "regroups",
                NodeKind.Collect => "collects",
                _ => "Dataflow block",
            };
        }

        if (node.MaxRounds is { } rounds)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"at most {rounds} rounds");
        }

        if (settings.LiveInput)
        {
            yield return "live input";
        }

        if (Mermaid.Describe(settings.Budget) is { } budget)
        {
            yield return budget + settings.Overrun switch
            {
                OverrunAction.Cancel => ", or the turn ends",
                OverrunAction.Fallback => ", or it falls back",
                _ => "",
            };
        }

        if (settings.Device is { } device)
        {
            yield return $"on {device}";
        }

        string[] inner = [.. node.InnerDevices.Select(one => $"{one.Device}").Distinct()];
        if (inner.Length > 0)
        {
            yield return $"leases {string.Join(", ", inner)}";
        }

        if (settings.Concurrency is { } turns)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{turns} at once");
        }

        if (settings.Effect != Effect.Pure)
        {
            yield return settings.Effect == Effect.Effectful ? "effectful" : "idempotent";
        }

        if (settings.Speculation != SpeculationLevel.None)
        {
            yield return (settings.Speculation == SpeculationLevel.Full ? "speculates" : "prefills")
                + (settings.MaxSpeculations > 1 ? string.Create(CultureInfo.InvariantCulture, $" on {settings.MaxSpeculations} at once") : "");
        }

        if (settings.HasPrediction)
        {
            yield return "predicted";
        }

        if (settings.Redacts)
        {
            yield return "redacts";
        }

        if (settings.SendsOut)
        {
            yield return "sends out";
        }
    }
}
