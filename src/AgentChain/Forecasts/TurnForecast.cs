using AgentChain.Costs;

namespace AgentChain.Forecasts;

/// <summary>What is predicted of one turn, and the blocks that it has reached. Thread-safe.</summary>
/// <param name="plan">What predicts the chain.</param>
/// <param name="times">
/// The times that were predicted from the input of the turn, by the index of the block; NaN where it tells nothing. Null if it tells nothing
/// at all.
/// </param>
/// <param name="features">
/// The features that were read from the input of the turn, by the index of the block; null where it tells nothing. Costs are learned from the
/// features that predict them.
/// </param>
sealed class TurnForecast(ForecastPlan plan, Estimate[]? times = null, CostFeatures?[]? features = null)
{
    /// <summary>The number of blocks that are tracked; others count as reached at once.</summary>
    const int Tracked = 64;

    long _reached;
    bool _isCounted;

    /// <summary>The predicted times, by the index of the block; null if the input of the turn tells nothing.</summary>
    public Estimate[]? Times => times;

    /// <summary>The features that predicted them.</summary>
    public CostFeatures?[]? Features => features;

    /// <summary>Whether the turn runs although it is predicted to be late, so that predictions that are wrong are corrected.</summary>
    public bool IsProbe { get; set; }

    /// <summary>
    /// Whether a fallback block runs in such a turn where its block would make the turn late: its prediction can be wrong too, and a run of
    /// the block that the deadline cuts does not correct that.
    /// </summary>
    public bool TriesInstead { get; set; }

    /// <summary>The score of being on time that was predicted at the door; NaN if none was.</summary>
    public double Score { get; set; } = double.NaN;

    /// <summary>Counts the turn as one that is on its way to all blocks. Called once, before the first block.</summary>
    public void Admit()
    {
        _isCounted = true;
        foreach (BlockForecast block in plan.Blocks)
        {
            if (block.Index < Tracked)
            {
                block.Comes();
            }
        }
    }

    /// <summary>Records that the turn has reached a block.</summary>
    public void Reach(BlockForecast block)
    {
        if (_isCounted && block.Index < Tracked && (Interlocked.Or(ref _reached, Bit(block)) & Bit(block)) == 0)
        {
            block.Reached();
        }
    }

    /// <summary>Records that the turn has ended, and so reaches no other block. Calls after the first do nothing.</summary>
    /// <param name="onTime">Whether it was on time; null if that is not known, because it ended for another reason.</param>
    public void End(bool? onTime)
    {
        if (!_isCounted)
        {
            return;
        }

        long reached = Interlocked.Exchange(ref _reached, -1);
        if (reached != -1 && onTime is { } was && !double.IsNaN(Score))
        {
            plan.Calibration.Learn(Score, was);
        }

        foreach (BlockForecast block in plan.Blocks)
        {
            if (block.Index < Tracked && (reached & Bit(block)) == 0)
            {
                block.IsMissed();
            }
        }
    }

    static long Bit(BlockForecast block) => 1L << block.Index;
}
