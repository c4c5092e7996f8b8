using AgentChain.Blocks;
using AgentChain.Speculation;

namespace AgentChain.Building;

/// <summary>What of a chain speculates, and what is wrong with it.</summary>
static class BlueprintSpeculation
{
    /// <summary>Whether anything in a chain speculates.</summary>
    public static bool Speculates(IReadOnlyList<BlueprintNode> nodes, SpeculationOptions options) =>
        options.Level != SpeculationLevel.None && nodes.Any(SpeculatesIn);

    /// <summary>Checks a stretch of blocks; says whether hypotheses may leave it.</summary>
    /// <param name="nodes">The blocks.</param>
    /// <param name="prefix">What stands before their names.</param>
    /// <param name="reached">Whether hypotheses may come to the first of them.</param>
    /// <param name="inLoop">Whether they are inside of a loop.</param>
    /// <param name="errors">Receives what is wrong.</param>
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
                errors.Add($"Block '{name}' runs for each item of a stream, whose items nobody knows before they come, and cannot Predict; let the block that makes the stream do it.");
            }

            if (settings.Speculation != SpeculationLevel.None)
            {
                Speculating(node, name, reached, inLoop, errors);
            }

            bool passes = reached && (settings.Speculation == SpeculationLevel.Full || (node.IsFused && settings.Effect != Effect.Effectful));
            bool publishes = !inLoop && (node.Revises || settings.HasPrediction);
            reached = node.Kind switch
            {
                NodeKind.Loop => Inside(node, prefix, reached: false, inLoop: true, errors) && false,
                NodeKind.Parallel => Inside(node, prefix, reached, inLoop, errors),
                NodeKind.Route => Inside(node, prefix, publishes || passes, inLoop, errors),
                NodeKind.SubChain => Inside(node, name + "/", reached, inLoop, errors),
                _ => publishes || passes,
            };
        }

        return reached;
    }

    /// <summary>Checks the branches of a node; says whether hypotheses may leave any.</summary>
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
            errors.Add($"Block '{name}' has effects that must happen once and cannot speculate: it would have them for hypotheses. Leave out Speculate; it waits for certain values.");
        }

        if (inLoop)
        {
            errors.Add($"Block '{name}' is inside of a loop, whose rounds wait for certain values, and cannot speculate; leave out Speculate.");
        }
        else if (!reached)
        {
            errors.Add($"Block '{name}' can never speculate: no block in front of it publishes hypotheses, or one between them keeps them back. Add Revise or Predict in front, and Speculate between.");
        }

        if (node.Kind == NodeKind.Through)
        {
            errors.Add($"Block '{name}' is a Dataflow block of somebody else's, which cannot be stopped half way, and cannot speculate; leave out Speculate.");
        }

        if (node.Kind == NodeKind.SubChain)
        {
            errors.Add($"Block '{name}' is a chain and cannot speculate as a whole; let the blocks inside it Speculate.");
        }

        if (settings.Speculation == SpeculationLevel.Prefill && !node.CanPrefill)
        {
            errors.Add($"Block '{name}' cannot be pre-filled: it does not implement IPrefill of its input, or runs for each item of a stream. Use Speculate() to run it, or leave it out.");
        }
    }

    static bool SpeculatesIn(BlueprintNode node) =>
        node.Kind != NodeKind.Loop
        && (node.Settings.Speculation != SpeculationLevel.None || node.Branches.Any(branch => branch.Nodes.Any(SpeculatesIn)));
}
