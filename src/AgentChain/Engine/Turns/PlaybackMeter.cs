using AgentChain.Budgets;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Counts how long the items of one block play, and how long its runs take to their first item. Thread-safe. Never throws: an item whose
/// duration cannot be read plays for no time.
/// </summary>
sealed class PlaybackMeter(ChainRuntime runtime, string block, Delegate duration)
{
    /// <summary>The least weight of a run: about the last twenty count.</summary>
    const double Weight = 0.05;

    readonly Lock _lock = new();
    double _mean;
    double _variance;
    int _runs;
    int _failures;

    /// <summary>The usual time of a run to its first item; 0 before the first run.</summary>
    public Estimate Usual
    {
        get
        {
            lock (_lock)
            {
                return new Estimate(_mean, _variance);
            }
        }
    }

    /// <summary>Learns how long a run took to its first item.</summary>
    public void Took(TraceStep run, long now)
    {
        long started = run.RunningAt;
        if (started >= now || run.Turn.IsWarmUp)
        {
            return;
        }

        double seconds = runtime.Time.GetElapsedTime(started, now).TotalSeconds;
        lock (_lock)
        {
            _runs = Math.Min(_runs, int.MaxValue - 1) + 1;
            double weight = Math.Max(Weight, 1.0 / _runs);
            double away = seconds - _mean;
            _mean += weight * away;
            _variance = (1 - weight) * (_variance + (weight * away * away));
        }
    }

    /// <summary>Counts an item that was handed on.</summary>
    public void Played<T>(TurnCore turn, T item)
    {
        string failure;
        try
        {
            TimeSpan time = ((Func<T, TimeSpan>)duration)(item);
            if (time >= TimeSpan.Zero)
            {
                turn.PlaybackOrNew.Add(this, runtime.Now, BudgetClock.ToTicks(time, runtime.Time.TimestampFrequency));
                return;
            }

            failure = "returned a negative time";
        }
        catch (Exception error)
        {
            failure = $"threw {error.GetType().FullName}";
        }

        if (Interlocked.Exchange(ref _failures, 1) == 0)
        {
            runtime.Log.PlaybackFailed(runtime.Name, block, failure);
        }
    }
}
