using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Forecasts;

namespace AgentChain.Building;

/// <summary>Creates what predicts the turns of a chain.</summary>
/// <param name="costs">The learned costs; null for none.</param>
/// <param name="log">Logs for a block that a function of the host failed.</param>
sealed class BlueprintForecasts(CostBook? costs, Action<string, string> log)
{
    readonly List<BlockForecast> _blocks = [];

    /// <summary>Returns the forecasts of a chain; null if the host does not ask for any.</summary>
    public ForecastPlan? Plan(IReadOnlyList<BlueprintNode> nodes, OverloadOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        ForecastPart whole = Series(nodes, "");
        var plan = new ForecastPlan(_blocks.ToArray(), whole, new OverloadOptions
        {
            RejectBelow = options.RejectBelow,
            OrderBySlack = options.OrderBySlack,
            OverloadBacklog = options.OverloadBacklog,
        });
        foreach (BlockForecast block in _blocks)
        {
            block.Plan = plan;
            block.Instead?.Plan = plan;
        }

        return plan;
    }

    /// <summary>Finds functions of the turn's input that cannot read the chain's input.</summary>
    /// <exception cref="ChainValidationException">There is one.</exception>
    public static void CheckInputs<TTurn>(string chain, IReadOnlyList<BlueprintNode> nodes)
    {
        string[] errors =
        [
            .. from block in BlueprintNode.All(nodes)
               where block.Node.Settings.TurnFeatures is not (null or Func<TTurn, CostFeatures>)
               select $"Block '{block.Name}': CostOfTurn reads {block.Node.Settings.TurnInput?.Name}, but the input of the chain is {typeof(TTurn).Name}; read the chain's input.",
        ];
        if (errors.Length > 0)
        {
            throw new ChainValidationException(chain, errors);
        }
    }

    ForecastPart.Series Series(IReadOnlyList<BlueprintNode> nodes, string prefix) =>
        new([.. nodes.SelectMany(node => PartsOf(node, prefix))]);

    ForecastPart[] PartsOf(BlueprintNode node, string prefix)
    {
        // In the order of the chain, so that the indexes are too.
        ForecastPart[] own = node.Kind is NodeKind.Block or NodeKind.Stream or NodeKind.Each or NodeKind.Revise or NodeKind.Route or NodeKind.Through
            ? [new ForecastPart.Block(Forecast(node, prefix + node.Name))]
            : [];
        ForecastPart[] branches = [.. node.Branches.Select(branch => Series(branch.Nodes, node.PrefixInside(prefix)))];
        return node.Kind switch
        {
            NodeKind.SubChain or NodeKind.Loop => [.. own, .. branches],
            NodeKind.Parallel => [.. own, new ForecastPart.Parallel(branches)],
            NodeKind.Route => [.. own, new ForecastPart.Routes(branches)],
            _ => own,
        };
    }

    BlockForecast Forecast(BlueprintNode node, string name)
    {
        CostPart part = node.CountedPart;
        string instead = BlueprintNode.FallbackOf(name);
        var forecast = new BlockForecast(name, _blocks.Count, node.Settings, CostOf(name, node.Settings, part), failure => log(name, failure))
        {
            Part = part,
            HasInstead = node.HasFallback,
            Instead = node.HasFallbackBlock
                ? new BlockForecast(
                    instead, _blocks.Count, new BlockSettings(), CostOf(instead, new BlockSettings(), CostPart.Total),
                    failure => log(instead, failure)) { Part = CostPart.Total }
                : null,
        };
        _blocks.Add(forecast);
        return forecast;
    }

    LearnedCost? CostOf(string name, BlockSettings settings, CostPart part) => BlueprintCosts.Find(costs, name, settings, part).Cost;
}
