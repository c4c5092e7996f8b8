using AgentChain.Blocks;
using AgentChain.Costs;

namespace AgentChain.Forecasts;

/// <summary>Predicts the runs of one block, and the wait for it. Thread-safe; host code only costs it a prediction.</summary>
sealed class BlockForecast
{
    /// <summary>The weight of a turn in the share of those that come.</summary>
    const double ShareWeight = 0.02;

    static readonly Estimate Unknown = new(double.NaN, 0);

    readonly Action<string> _log;

    // A mutable struct, so it may not be readonly.
    Probing _probing;

    /// <summary>The costs on the devices that the block has run on, or the declared one; never changed in place.</summary>
    LearnedCost[] _costs;
    int _failed;

    /// <summary>The number of turns that were admitted and have not come yet, and the share of such turns that come.</summary>
    int _coming;
    double _share = 1;

    /// <param name="name">The full name of the block.</param>
    /// <param name="index">The index of the block in the chain's forecast.</param>
    /// <param name="settings">The settings of the block.</param>
    /// <param name="cost">Its cost so far; null if nothing is known.</param>
    /// <param name="log">Logs that a function of the host failed, once for each block.</param>
    public BlockForecast(string name, int index, BlockSettings settings, LearnedCost? cost, Action<string> log) =>
        (Name, Index, Settings, _costs, _log) = (name, index, settings, cost is null ? [] : [cost], log);

    public string Name { get; }

    public int Index { get; }

    public BlockSettings Settings { get; }

    /// <summary>The part of a run that is predicted.</summary>
    public CostPart Part { get; init; }

    /// <summary>The forecast of the block that runs instead when a turn would be late; null if there is none.</summary>
    public BlockForecast? Instead { get; init; }

    /// <summary>Whether there is a value or a block that can replace the run.</summary>
    public bool HasInstead { get; init; }

    /// <summary>The queue in front of the block; null if there is none.</summary>
    public IQueueLoad? Queue { get; set; }

    /// <summary>The plan that the block belongs to.</summary>
    public ForecastPlan? Plan { get; set; }

    /// <summary>Predicts from the cost on a device too, on which the block runs now.</summary>
    public void Uses(LearnedCost cost)
    {
        LearnedCost[] seen = Volatile.Read(ref _costs);
        while (!seen.Contains(cost))
        {
            // What was declared before the first run has no runs and is left out.
            LearnedCost[] found = Interlocked.CompareExchange(ref _costs, [.. seen.Where(other => other.Runs > 0), cost], seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>Returns the time of a run, as far as it is known before the run: by the turn's input, or as most runs.</summary>
    public Estimate Own(TurnForecast? turn) => turn?.Times?[Index] is { } time && !double.IsNaN(time.Mean) ? time : Typical();

    /// <summary>Returns the time of a run on an input.</summary>
    public Estimate Own<TIn>(TurnForecast? turn, TIn input) =>
        Settings.Features is Func<TIn, CostFeatures> read && Volatile.Read(ref _costs).Length > 0 && Read(read, input) is { } features
            ? Given(features)
            : Own(turn);

    /// <summary>Returns the time of a run that replaces that of the block.</summary>
    public Estimate OwnInstead() => Instead?.Typical() ?? default;

    /// <summary>
    /// Returns the time of a run from the input of the turn, NaN if it is not known, and the features; null if the input tells nothing.
    /// </summary>
    public (Estimate Time, CostFeatures? Features) OfTurn<TTurn>(TTurn input) =>
        Settings.TurnFeatures is not Func<TTurn, CostFeatures> read || Read(read, input) is not { } features ? (Unknown, null)
        : Volatile.Read(ref _costs).Length == 0 ? (Unknown, features)
        : (Given(features), features);

    /// <summary>Records that the block runs for a value.</summary>
    public void Runs() => _probing.GoesOn();

    /// <summary>Counts a value that is predicted to be late; true if the block runs for it nevertheless.</summary>
    public bool MayTry(TurnForecast turn) => _probing.MayTry(turn, Queue is { IsIdle: true });

    /// <summary>Counts a turn that was admitted and may come.</summary>
    public void Comes() => Interlocked.Increment(ref _coming);

    /// <summary>Counts a turn that has come.</summary>
    public void Reached() => Came(1);

    /// <summary>Counts a turn that has ended elsewhere.</summary>
    public void IsMissed() => Came(0);

    /// <summary>Returns how long a turn is expected to wait for the block.</summary>
    /// <param name="remains">The predicted rest of the turn, the block included, in seconds.</param>
    /// <param name="away">The time after which it arrives, in seconds, in which the queue gets shorter.</param>
    public double Wait(double remains, double away) =>
        Queue is { } queue ? queue.WaitOf(Typical().Mean, remains, away, Volatile.Read(ref _coming) * Volatile.Read(ref _share)) : 0;

    /// <summary>Returns how long a value that has a worker is expected to wait for the block's device.</summary>
    public double DeviceWait() => Queue?.DeviceWaitOf(Typical().Mean) ?? 0;

    void Came(int one)
    {
        Interlocked.Decrement(ref _coming);

        // Concurrent turns can lose an observation, which does not matter.
        Volatile.Write(ref _share, _share + (ShareWeight * (one - _share)));
    }

    Estimate Typical() => Mix(static (cost, _) => cost.Typical(), default);

    /// <summary>Predicts a run on a device that is not known yet: on each as often as before.</summary>
    Estimate Mix(Func<LearnedCost, CostFeatures, (double Mean, double Variance)> of, in CostFeatures features)
    {
        LearnedCost[] costs = Volatile.Read(ref _costs);
        if (costs.Length == 0)
        {
            return default;
        }

        double weights = 0, sum = 0, squares = 0;
        foreach (LearnedCost cost in costs)
        {
            (double mean, double variance) = of(cost, features);
            double weight = Math.Max(1, cost.Runs);
            weights += weight;
            sum += weight * mean;
            squares += weight * (variance + (mean * mean));
        }

        double all = sum / weights;
        return new Estimate(all, Math.Max(0, (squares / weights) - (all * all)));
    }

    Estimate Given(in CostFeatures features) => Mix(static (cost, given) => cost.Given(given), features);

    CostFeatures? Read<T>(Func<T, CostFeatures> read, T input)
    {
        CostFeatures? features = FeatureReader.Read(read, input, out string? failure);
        if (failure is not null && Interlocked.Exchange(ref _failed, 1) == 0)
        {
            _log(failure);
        }

        return features;
    }
}
