using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>
/// Learns what the runs of one block cost on each device. Thread-safe. Never throws: host code only costs the block an observation.
/// </summary>
/// <param name="runtime">The chain.</param>
/// <param name="block">The name of the block.</param>
/// <param name="settings">Its settings.</param>
/// <param name="costs">Where the costs are kept.</param>
/// <param name="forecast">What predicts the block's runs, and uses the cost on the last device; null if nothing does.</param>
sealed class CostMeter(ChainRuntime runtime, string block, BlockSettings settings, CostBook costs, BlockForecast? forecast)
{
    // The costs on the last device, so that a block that stays on one device does not look them up.
    Known? _total;
    Known? _firstOutput;
    Func<ComputeDevice, TimeSpan?>? _typical;
    int _failures;

    /// <summary>The usual time of a run, of a stream block to its first output; null before the first run.</summary>
    public Estimate? Usual => (Volatile.Read(ref _firstOutput) ?? Volatile.Read(ref _total))?.Cost.Typical() is { } usual
        ? new Estimate(usual.Mean, usual.Variance)
        : null;

    /// <summary>
    /// Returns what predicts a run on an input for each device, for a scheduler that has a choice; null if there is none.
    /// </summary>
    public Func<ComputeDevice, TimeSpan?>? Predictor<TIn>(TurnCore turn, TIn input)
    {
        if (!runtime.HasDeviceChoice)
        {
            return null;
        }

        // One function for all runs whose input has no features.
        return (settings.Features ?? settings.TurnFeatures) is not null && TryRead(turn, input, out CostFeatures features)
            ? Predictor(features)
            : _typical ??= device => CostOn(device)?.Typical().Mean is { } mean ? CostModel.ToTime(mean) : null;
    }

    Func<ComputeDevice, TimeSpan?> Predictor(CostFeatures features) =>
        device => CostOn(device)?.Given(features).Mean is { } mean ? CostModel.ToTime(mean) : null;

    /// <summary>Learns from a run that has returned.</summary>
    public void Ran<TIn>(TIn input, TraceStep run, long now)
    {
        Learn(ref _total, CostPart.Total, settings.Cost, input, run, now);
        LearnOnLane(input, run);
    }

    /// <summary>Learns from a run of a stream block that has ended. A declared cost is that of its first output.</summary>
    public void Streamed<TIn>(TIn input, TraceStep run, long now)
    {
        Learn(ref _total, CostPart.Total, null, input, run, now);
        LearnOnLane(input, run);
    }

    /// <summary>Learns from the first output of a run.</summary>
    public void FirstOutput<TIn>(TIn input, TraceStep run, long now) =>
        Learn(ref _firstOutput, CostPart.FirstOutput, settings.Cost, input, run, now);

    /// <summary>Learns from a run that the end of its turn cut: it would have taken longer.</summary>
    public void Cut<TIn>(TIn input, TraceStep run) => Learn(ref _total, CostPart.Total, settings.Cost, input, run, run.Turn.EndedAt, isCut: true);

    /// <summary>Learns from a run of a stream block that the end of its turn cut before the first output.</summary>
    public void CutBeforeOutput<TIn>(TIn input, TraceStep run) =>
        Learn(ref _firstOutput, CostPart.FirstOutput, settings.Cost, input, run, run.Turn.EndedAt, isCut: true);

    /// <summary>Learns how long a run had its lane to itself: the wait for earlier leases would make a busy device look slow.</summary>
    void LearnOnLane<TIn>(TIn input, TraceStep run)
    {
        if (run.Lease is { Served: > 0 } lease && runtime.HasDeviceChoice && !run.Turn.IsWarmUp && TryRead(run.Turn, input, out CostFeatures features))
        {
            costs.Of(block, lease.Device.Name, CostPart.OnLane).Observe(features, runtime.Time.GetElapsedTime(0, lease.Served));
        }
    }

    LearnedCost? CostOn(ComputeDevice device) => CostOn(device, CostPart.OnLane) ?? CostOn(device, CostPart.Total);

    LearnedCost? CostOn(ComputeDevice device, CostPart part) =>
        costs.Find(block, device.Name, part) is { CanPredict: true } cost ? cost : null;

    void Learn<TIn>(
        ref Known? last, CostPart part, CostModel? declared, TIn input, TraceStep run, long now, bool isCut = false)
    {
        // A block with live input cannot have its value before the input ends.
        long started = Math.Max(run.RunningAt, run.Input.Known);
        if (run.Turn.IsWarmUp || started == long.MaxValue || !TryRead(run.Turn, input, out CostFeatures features) || now <= started)
        {
            return;
        }

        string device = run.Lease?.Device.Name ?? "";
        Known? known = Volatile.Read(ref last);
        if (known is null || known.Device != device)
        {
            known = new Known(device, CostOf(device, part, declared));
            Volatile.Write(ref last, known);
            if (forecast?.Part == part)
            {
                forecast.Uses(known.Cost);
            }
        }

        TimeSpan took = runtime.Time.GetElapsedTime(started, now);
        if (isCut)
        {
            known.Cost.ObserveCut(features, took);
        }
        else
        {
            if (run.Turn.Forecast is { IsProbe: true } && took.TotalSeconds < known.Cost.Typical().Mean / 2)
            {
                // The turn was predicted to be late, perhaps wrongly, and few such turns run.
                known.Cost.Forget();
            }

            known.Cost.Observe(features, took);
        }
    }

    LearnedCost CostOf(string device, CostPart part, CostModel? declared)
    {
        LearnedCost cost = costs.Of(block, device, part);
        if (declared is not null && cost.Model is null)
        {
            cost.Declare(declared);
        }

        return cost;
    }

    bool TryRead<TIn>(TurnCore turn, TIn input, out CostFeatures features)
    {
        features = default;
        if (settings.Features is not Func<TIn, CostFeatures> read)
        {
            // Of a block that is predicted from the turn's input, as it is predicted: otherwise, the size of the input would count twice.
            if (settings.TurnFeatures is not null && forecast is not null && turn.Forecast?.Features is { } all)
            {
                features = all[forecast.Index] ?? default;
                return all[forecast.Index] is not null;
            }

            return true;
        }

        CostFeatures? found = FeatureReader.Read(read, input, out string? failure);
        if (failure is not null && Interlocked.Exchange(ref _failures, 1) == 0)
        {
            runtime.Log.FeaturesFailed(runtime.Name, block, failure);
        }

        features = found ?? default;
        return found is not null;
    }

    sealed record Known(string Device, LearnedCost Cost);
}
