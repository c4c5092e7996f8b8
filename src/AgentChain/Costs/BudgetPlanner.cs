namespace AgentChain.Costs;

/// <summary>
/// Splits a chain's budget over its blocks by composing the distributions of their times. Pure.
/// <code>
///   (1) compose ── samples of the whole ── probability on time
///   (2) the largest quantile at which the quantiles of the blocks add up to the limit ── a budget for each block
/// </code>
/// </summary>
sealed class BudgetPlanner
{
    /// <summary>The number of samples of a distribution; the probability on time is then within about one point.</summary>
    public const int Samples = 4000;

    /// <summary>The number of halvings of the range of a quantile.</summary>
    const int Halvings = 40;

    readonly Random _random = new(20);
    readonly Dictionary<BudgetPart.Block, TimeSpan> _budgets = [];

    /// <summary>Returns the samples of a part, in an order that is random and independent of that of other parts: (1).</summary>
    public double[] Compose(BudgetPart part)
    {
        switch (part)
        {
            case BudgetPart.Block block:
                double[] samples = Cut(block.Samples, block.IsCut ? block.Own : null);
                _random.Shuffle(samples);
                return samples;
            case BudgetPart.Series series:
                return Together(series.Parts, static (one, other) => one + other);
            case BudgetPart.Rounds rounds:
                return Repeat(rounds);
            case BudgetPart.Limited limited:
                return Cut(Compose(limited.Part), limited.IsCut ? limited.Own : null);
            default:
                return Together(((BudgetPart.Branches)part).Parts, Math.Max);
        }
    }

    /// <summary>Splits a limit over the blocks of a part: (2).</summary>
    /// <returns>The budgets of the blocks that have none of their own and can get one.</returns>
    public IReadOnlyDictionary<BudgetPart.Block, TimeSpan> Split(BudgetPart part, TimeSpan limit)
    {
        _budgets.Clear();
        Give(part, limit.TotalSeconds);
        return _budgets;
    }

    void Give(BudgetPart part, double seconds)
    {
        switch (part)
        {
            case BudgetPart.Block { Own: null, MayGet: true } block:
                // Never below what most runs take: a budget that every run misses says nothing.
                _budgets[block] = CostModel.ToTime(Math.Max(seconds, At(block, 0.5)));
                break;
            case BudgetPart.Branches branches:
                foreach (BudgetPart branch in branches.Parts)
                {
                    Give(branch, seconds);
                }

                break;
            case BudgetPart.Rounds rounds:
                Give(rounds.Part, seconds / Math.Max(1, rounds.Count));
                break;
            case BudgetPart.Limited limited:
                Give(limited.Part, limited.Own.TotalSeconds);
                break;
            case BudgetPart.Series series:
                double low = 0, high = 1;
                for (int i = 0; i < Halvings; i++)
                {
                    double middle = (low + high) / 2;
                    (low, high) = series.Parts.Sum(p => At(p, middle)) <= seconds ? (middle, high) : (low, middle);
                }

                // What remains above the longest times is shared in their proportion; declared budgets keep theirs.
                double needed = series.Parts.Sum(p => At(p, low)), fixedPart = series.Parts.Sum(Fixed);
                double scale = low > 0.999 && needed > fixedPart ? Math.Max(1, (seconds - fixedPart) / (needed - fixedPart)) : 1;
                foreach (BudgetPart p in series.Parts)
                {
                    Give(p, At(p, low) * scale);
                }

                break;
        }
    }

    static double Fixed(BudgetPart part) => part switch
    {
        BudgetPart.Block { Own: { } own } => own.TotalSeconds,
        BudgetPart.Limited limited => limited.Own.TotalSeconds,
        _ => 0,
    };

    static double[] Cut(double[] samples, TimeSpan? limit) =>
        limit is { } most ? [.. samples.Select(sample => Math.Min(sample, most.TotalSeconds))] : [.. samples];

    /// <summary>The time of a part of which each block takes the same quantile of its times, or its own budget.</summary>
    static double At(BudgetPart part, double quantile) => part switch
    {
        BudgetPart.Block { Own: { } own } => own.TotalSeconds,
        BudgetPart.Block block => block.Samples.Length == 0 ? 0 : Interpolate(block.Samples, quantile),
        BudgetPart.Limited limited => limited.Own.TotalSeconds,
        BudgetPart.Rounds rounds => rounds.Count * At(rounds.Part, quantile),
        BudgetPart.Series series => series.Parts.Sum(p => At(p, quantile)),
        _ => ((BudgetPart.Branches)part).Parts.Select(p => At(p, quantile)).DefaultIfEmpty().Max(),
    };

    static double Interpolate(double[] sorted, double quantile)
    {
        double at = quantile * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[^1];
    }

    /// <summary>Adds independent rounds by doubling, so that the work grows with the logarithm of their number.</summary>
    double[] Repeat(BudgetPart.Rounds rounds)
    {
        double[] sum = new double[Samples], power = Compose(rounds.Part);
        for (int left = Math.Max(1, rounds.Count); left > 0; left >>= 1)
        {
            if ((left & 1) == 1)
            {
                sum = Added(sum, power);
            }

            power = left > 1 ? Added(power, power) : power;
        }

        return sum;
    }

    double[] Added(double[] one, double[] other)
    {
        double[] shuffled = [.. other];
        _random.Shuffle(shuffled);
        return [.. one.Zip(shuffled, (a, b) => a + b)];
    }

    double[] Together(IReadOnlyList<BudgetPart> parts, Func<double, double, double> combine)
    {
        double[] all = new double[Samples];
        foreach (BudgetPart part in parts)
        {
            double[] samples = Compose(part);
            for (int i = 0; i < samples.Length; i++)
            {
                all[i] = combine(all[i], samples[i]);
            }
        }

        return all;
    }
}
