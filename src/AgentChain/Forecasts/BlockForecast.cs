using AgentChain.Blocks;
using AgentChain.Costs;

namespace AgentChain.Forecasts;

/// <summary>Predicts the runs of one block, and the wait for it. Thread-safe; host code only costs it a prediction.</summary>
sealed class BlockForecast
{
    readonly Action<string> _log;

    // A mutable struct, so it may not be readonly.
    Probing _probing;
    LearnedCost? _cost;
    int _failed;

    /// <param name="name">The full name of the block.</param>
    /// <param name="index">The index of the block in the chain's forecast.</param>
    /// <param name="settings">The settings of the block.</param>
    /// <param name="cost">Its cost so far; null if nothing is known.</param>
    /// <param name="log">Logs that a function of the host failed, once for each block.</param>
    public BlockForecast(string name, int index, BlockSettings settings, LearnedCost? cost, Action<string> log) =>
        (Name, Index, Settings, _cost, _log) = (name, index, settings, cost, log);

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

    /// <summary>Uses the cost on the device that ran the block last.</summary>
    public void Uses(LearnedCost cost) => Volatile.Write(ref _cost, cost);

    /// <summary>Returns the time of a run, as far as it is known before the run: by the turn's input, or as most runs.</summary>
    public Estimate Own(TurnForecast? turn) => turn?.Times?[Index] is { } time && !double.IsNaN(time.Mean) ? time : Typical();

    /// <summary>Returns the time of a run on an input.</summary>
    public Estimate Own<TIn>(TurnForecast? turn, TIn input) =>
        Settings.Features is Func<TIn, CostFeatures> features && TryRead(features, input, out Estimate time) ? time : Own(turn);

    /// <summary>Returns the time of a run that replaces that of the block.</summary>
    public Estimate OwnInstead(TurnForecast? turn) => Instead?.Own(turn) ?? default;

    /// <summary>Returns the time of a run from the input of the turn; NaN if it tells nothing.</summary>
    public Estimate OfTurn<TTurn>(TTurn input) =>
        Settings.TurnFeatures is Func<TTurn, CostFeatures> features && TryRead(features, input, out Estimate time)
            ? time
            : new Estimate(double.NaN, 0);

    /// <summary>Records that the block runs for a value.</summary>
    public void Runs() => _probing.GoesOn();

    /// <summary>Counts a value that is predicted to be late; true if the block runs for it nevertheless.</summary>
    public bool MayTry() => _probing.MayTry(Queue is { IsIdle: true });

    /// <summary>Returns how long a value that arrives now is expected to wait for the block.</summary>
    /// <param name="remains">The predicted rest of its turn, the block included, in seconds.</param>
    public double Wait(double remains) => Queue?.WaitOf(Typical().Mean, remains) ?? 0;

    Estimate Typical()
    {
        if (Volatile.Read(ref _cost) is not { } cost)
        {
            return default;
        }

        (double mean, double variance) = cost.Typical();
        return new Estimate(mean, variance);
    }

    bool TryRead<T>(Func<T, CostFeatures> features, T input, out Estimate time)
    {
        time = default;
        if (Volatile.Read(ref _cost) is not { } cost)
        {
            return false;
        }

        string failure;
        try
        {
            CostFeatures found = features(input);
            if (found.FindBad() is not { } bad)
            {
                (double mean, double variance) = cost.Given(found);
                time = new Estimate(mean, variance);
                return true;
            }

            failure = $"returned a {bad} that is negative, not a number or above 10^12";
        }
        catch (Exception error)
        {
            failure = $"threw {error.GetType().FullName}";
        }

        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            _log(failure);
        }

        return false;
    }
}
