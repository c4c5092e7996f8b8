using AgentChain.Blocks;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>Determines which blocks of a chain can speculate, and finds errors in their speculation options.</summary>
static class BlueprintSpeculation
{
    /// <summary>Determines whether any block of a chain speculates.</summary>
    public static bool Speculates(IReadOnlyList<BlueprintNode> nodes, SpeculationOptions options) =>
        options.Level != SpeculationLevel.None && nodes.Any(SpeculatesIn);

    /// <summary>Checks a sequence of blocks and returns whether hypotheses can leave it.</summary>
    /// <param name="nodes">The blocks.</param>
    /// <param name="prefix">The prefix of the blocks' names.</param>
    /// <param name="reached">Whether hypotheses can reach the first block.</param>
    /// <param name="inLoop">Whether the blocks are inside a loop.</param>
    /// <param name="errors">The list that receives the errors.</param>
    public static bool Check(IReadOnlyList<BlueprintNode> nodes, string prefix, bool reached, bool inLoop, List<string> errors)
    {
        foreach (BlueprintNode node in nodes)
        {
            string name = prefix + node.Name;
            BlockSettings settings = node.Settings;
            if (settings.MaxSpeculations < 1)
            {
                errors.Add(OptionCheck.Text($"Block '{name}': MaxSpeculations is {settings.MaxSpeculations}; it must be at least 1."));
            }

            if (settings.HasPrediction && node.Kind == NodeKind.Each)
            {
                errors.Add($"Block '{name}' runs for each item of a stream and cannot Predict, because the items are not known in advance; use Predict on the block that produces the stream.");
            }

            if (settings.Speculation != SpeculationLevel.None)
            {
                Speculating(node, name, reached, inLoop, errors);
            }

            bool passes = reached
                && (settings.Speculation == SpeculationLevel.Full || (node.IsFused && settings.Effect != Effect.Effectful));
            bool publishes = !inLoop && (node.Revises || settings.HasPrediction);
            reached = node.Kind switch
            {
                NodeKind.Loop => Inside(node, prefix, reached: false, inLoop: true, errors) && false,
                NodeKind.Parallel or NodeKind.SubChain => Inside(node, node.PrefixInside(prefix), reached, inLoop, errors),
                NodeKind.Route => Inside(node, prefix, publishes || passes, inLoop, errors),
                _ => publishes || passes,
            };
        }

        return reached;
    }

    /// <summary>Checks the branches of a node and returns whether hypotheses can leave any of them.</summary>
    static bool Inside(BlueprintNode node, string prefix, bool reached, bool inLoop, List<string> errors)
    {
        bool leaves = false;
        foreach (BlueprintBranch branch in node.Branches)
        {
            leaves |= Check(branch.Nodes, prefix, reached, inLoop, errors);
        }

        return leaves;
    }

    static void Speculating(BlueprintNode node, string name, bool reached, bool inLoop, List<string> errors)
    {
        BlockSettings settings = node.Settings;
        if (settings.Effect == Effect.Effectful)
        {
            errors.Add($"Block '{name}' has effects that must happen once and cannot speculate: they would also happen for hypotheses. Remove Speculate; the block then waits for final values.");
        }

        if (inLoop)
        {
            errors.Add($"Block '{name}' is inside a loop, whose rounds wait for final values, and cannot speculate; remove Speculate.");
        }
        else if (!reached)
        {
            errors.Add($"Block '{name}' can never speculate: no upstream block publishes hypotheses, or a block between them holds them back. Add Revise or Predict upstream, and Speculate to the blocks between.");
        }

        if (node.Kind == NodeKind.Through)
        {
            errors.Add($"Block '{name}' is an external Dataflow block, which cannot be stopped midway, and cannot speculate; remove Speculate.");
        }

        if (node.Kind == NodeKind.SubChain)
        {
            errors.Add($"Block '{name}' is a chain and cannot speculate as a whole; use Speculate on the blocks inside it.");
        }

        if (settings.Speculation == SpeculationLevel.Prefill && !node.CanPrefill)
        {
            errors.Add($"Block '{name}' cannot be prefilled: it does not implement IPrefill for its input type, or it runs for each item of a stream. Use Speculate() to run it, or remove the option.");
        }
    }

    static bool SpeculatesIn(BlueprintNode node) =>
        node.Kind != NodeKind.Loop
        && (node.Settings.Speculation != SpeculationLevel.None || node.Branches.Any(branch => branch.Nodes.Any(SpeculatesIn)));
}
