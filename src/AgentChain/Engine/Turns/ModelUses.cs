namespace AgentChain.Engine.Turns;

/// <summary>The use of models in one turn, summed by block and model. Thread-safe.</summary>
sealed class ModelUses(TurnCore turn)
{
    /// <summary>
    /// The number of pairs of block and model that are kept; further ones count as one unnamed model. Only a bound on memory.
    /// </summary>
    const int Most = 64;

    readonly Lock _lock = new();

    // Most turns use one model, and none has many, so an array is smaller and as fast as a dictionary.
    (BlockNode Node, ModelUsage Usage)[] _sums = new (BlockNode, ModelUsage)[1];
    int _count;

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
        lock (_lock)
        {
            int at = Find(run.Node, usage);
            if (at < 0 && _count >= Most)
            {
                usage = usage with { Model = null, RequestedModel = null, Provider = null };
                at = Find(run.Node, usage);
            }

            if (at >= 0)
            {
                _sums[at].Usage = _sums[at].Usage.Plus(usage);
                return;
            }

            if (_count == _sums.Length)
            {
                Array.Resize(ref _sums, 2 * _count);
            }

            _sums[_count++] = (run.Node, usage);
        }
    }

    /// <summary>Returns the use of each model by each block.</summary>
    public IReadOnlyList<BlockUsage> All()
    {
        lock (_lock)
        {
            var all = new BlockUsage[_count];
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = new BlockUsage(_sums[i].Node.Name, _sums[i].Usage);
            }

            return all;
        }
    }

    int Find(BlockNode node, in ModelUsage usage)
    {
        for (int i = 0; i < _count; i++)
        {
            ref readonly (BlockNode Node, ModelUsage Usage) sum = ref _sums[i];
            if (sum.Node == node && sum.Usage.Model == usage.Model && sum.Usage.RequestedModel == usage.RequestedModel && sum.Usage.Provider == usage.Provider)
            {
                return i;
            }
        }

        return -1;
    }
}
