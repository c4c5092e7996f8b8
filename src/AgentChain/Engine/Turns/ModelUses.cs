namespace AgentChain.Engine.Turns;

/// <summary>The use of models in one turn, summed by block and model. Not thread-safe.</summary>
sealed class ModelUses(TurnCore turn)
{
    /// <summary>
    /// The number of pairs of block and model that are kept; further ones count as one unnamed model. Only a bound on memory.
    /// </summary>
    const int Most = 64;

    readonly Dictionary<(BlockNode Node, string? Model, string? Requested, string? Provider), ModelUsage> _sums = [];

    /// <summary>Adds the usage of a run to the sums, the block's span and the metrics.</summary>
    public void Add(TraceStep run, ModelUsage usage)
    {
        if (turn.IsOver)
        {
            return;
        }

        usage = usage with
        {
            InputTokens = Math.Max(0, usage.InputTokens),
            OutputTokens = Math.Max(0, usage.OutputTokens),
            CachedInputTokens = Math.Max(0, usage.CachedInputTokens),
            Requests = Math.Max(0, usage.Requests),
        };
        run.Node.Used(run, usage);
        (BlockNode, string?, string?, string?) key = (run.Node, usage.Model, usage.RequestedModel, usage.Provider);
        if (!_sums.ContainsKey(key) && _sums.Count >= Most)
        {
            usage = usage with { Model = null, RequestedModel = null, Provider = null };
            key = (run.Node, null, null, null);
        }

        _sums[key] = _sums.TryGetValue(key, out ModelUsage sum) ? sum.Plus(usage) : usage;
    }

    public IReadOnlyList<BlockUsage> All() => [.. _sums.Select(entry => new BlockUsage(entry.Key.Node.Name, entry.Value))];
}
