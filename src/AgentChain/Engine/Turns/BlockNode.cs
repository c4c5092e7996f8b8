using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Turns;

/// <summary>The type-independent part of a block: its name, settings and telemetry.</summary>
sealed class BlockNode
{
    readonly ChainRuntime _runtime;
    readonly KeyValuePair<string, object?> _tag;
    readonly KeyValuePair<string, object?> _chain;
    int _affinityFailures;

    public BlockNode(ChainRuntime runtime, string name, BlockSettings settings)
    {
        (_runtime, Name, Settings) = (runtime, name, settings);
        HasBudget = !settings.Budget.IsNone;
        Forecast = runtime.Settings.Forecasts?.Find(name);
        Costs = runtime.Settings.Costs is { } costs ? new CostMeter(runtime, name, settings, costs, Forecast) : null;
        InnerCosts = runtime.Settings.Costs is { } book ? new InnerCosts(runtime, book) : null;
        Playback = settings.Playback is { } duration ? new PlaybackMeter(runtime, name, duration) : null;
        _tag = new(TelemetryNames.BlockTag, name);
        _chain = new(TelemetryNames.ChainTag, runtime.Name);
    }

    public string Name { get; }

    public BlockSettings Settings { get; }

    public bool HasBudget { get; }

    /// <summary>Learns what the block's runs cost; null if the chain does not learn.</summary>
    public CostMeter? Costs { get; }

    /// <summary>Learns what the works inside the block cost; null if the chain does not learn.</summary>
    public InnerCosts? InnerCosts { get; }

    /// <summary>Predicts the block's runs; null if the chain does not predict its turns.</summary>
    public BlockForecast? Forecast { get; }

    /// <summary>Counts how long the block's items play; null if they are not played.</summary>
    public PlaybackMeter? Playback { get; }

    /// <summary>Whether the time to a run's first item is of interest.</summary>
    public bool LearnsFirst => Costs is not null || Playback is not null;

    public BudgetClock Clock(long start) => new(Settings.Budget, start, _runtime.Time.TimestampFrequency);

    public TimeSpan BudgetOf(BudgetLimit limit) => Settings.Budget.Of(limit) ?? default;

    /// <summary>Creates the exception for a block that broke its contract.</summary>
    /// <param name="reason">The message after the block's name: the violation and the way out.</param>
    /// <param name="inner">The cause, or null.</param>
    public BlockFailedException Broke(string reason, Exception? inner = null) => new(Name, reason, inner) { RaisedBy = this };

    /// <summary>Ends a run and records its durations.</summary>
    public void Ended(TraceStep step, long now)
    {
        step.End(now);
        _runtime.KeepsWarm?.Used(Name, step.Lease?.Device.Name ?? "");
        ChainInstruments instruments = _runtime.Instruments;
        if (instruments.BlockDuration.Enabled)
        {
            instruments.BlockDuration.Record(Seconds(step.RunningAt, now), _chain, _tag);
        }

        if (instruments.QueueDuration.Enabled)
        {
            instruments.QueueDuration.Record(Seconds(step.QueuedAt, step.StartedAt), _chain, _tag);
        }

        if (step.Lease is { } lease && instruments.DeviceQueueDuration.Enabled)
        {
            instruments.DeviceQueueDuration.Record(
                Seconds(step.StartedAt, step.RunningAt), _chain, _tag, new(TelemetryNames.DeviceTag, lease.Device.Name));
        }
    }

    /// <summary>Records how long after its turn a run ended.</summary>
    public void BecameQuiet(long turnEnded, long now)
    {
        if (_runtime.Instruments.QuietDuration.Enabled)
        {
            _runtime.Instruments.QuietDuration.Record(Seconds(turnEnded, now), _chain, _tag);
        }
    }

    /// <summary>Ends a run in place. Uncommitted runs are not recorded, because they are repeated for each hypothesis.</summary>
    public void EndedInPlace(TraceStep step, long now)
    {
        if (step.IsUncommitted)
        {
            step.End(now);
        }
        else
        {
            Ended(step, now);
        }
    }

    public void Overran(TraceStep step, BudgetLimit limit)
    {
        step.Notes |= SpanNotes.Overran;
        _runtime.Instruments.Overruns.Add(1, _chain, _tag);
        _runtime.Log.BlockOverran(_runtime.Name, Name, step.Turn.Id.Value, limit, BudgetOf(limit).TotalMilliseconds);
    }

    /// <summary>The block reported itself that it exceeded a limit of its own.</summary>
    public void Overran(TraceStep step, BlockOverrunException error)
    {
        step.Notes |= SpanNotes.Overran;
        _runtime.Instruments.Overruns.Add(1, _chain, _tag);
        _runtime.Log.BlockOverranItself(_runtime.Name, Name, step.Turn.Id.Value, error.GetType().FullName);
    }

    public void Detached(TraceStep step)
    {
        step.Notes |= SpanNotes.Detached;
        _runtime.CountDetached(1);
        _runtime.Instruments.Detached.Add(1, _chain, _tag);
        step.Lease?.Lane.MarkStuck();
        _runtime.Log.BlockDetached(_runtime.Name, Name, step.Turn.Id.Value, step.Lease?.Lane.Name);
    }

    public void DetachedReturned()
    {
        _runtime.CountDetached(-1);
        _runtime.Log.DetachedReturned(_runtime.Name, Name);
    }

    /// <summary>
    /// Starts the block's span as a child of the turn's, and makes it current, so that the block's own spans are its children.
    /// </summary>
    public Activity? StartActivity(TurnCore turn) => turn.IsTraced
        ? _runtime.Instruments.StartBlock(_runtime.Name, Name, Settings.Operation, turn.TraceContext)
        : null;

    /// <summary>The tag of the block.</summary>
    public KeyValuePair<string, object?> Tag => _tag;

    /// <summary>The tag of the chain.</summary>
    public KeyValuePair<string, object?> ChainTag => _chain;

    /// <summary>Starts the span of a work inside the block, as a child of the block's span.</summary>
    public Activity? StartInner(TraceStep run, string name) => run.Turn.IsTraced
        ? _runtime.Instruments.StartTool(_runtime.Name, Name, name, run.Activity?.Context ?? run.Turn.TraceContext)
        : null;

    /// <summary>Ends the span of a work inside the block and records its duration.</summary>
    public void EndedInner(TraceStep run, InnerWork work)
    {
        double seconds = work.RanAt == 0 || run.Turn.IsWarmUp ? -1 : Seconds(work.RanAt, work.EndedAt);
        _runtime.Instruments.ToolEnded(work.Span, _chain, _tag, work.Name, work.Status, seconds);
    }

    /// <summary>Records the use of a model on the block's span and in the metrics.</summary>
    public void Used(TraceStep run, in ModelUsage usage)
    {
        ModelInstruments.Tell(run.Activity, usage);
        if (!run.Turn.IsWarmUp)
        {
            _runtime.Instruments.Models.Record(_chain, _tag, Settings.Operation, usage);
        }
    }

    /// <summary>Ends the block's span, if there is one.</summary>
    public void StopActivity(Activity? activity)
    {
        if (activity is not null)
        {
            _runtime.Instruments.StopBlock(activity);
        }
    }

    /// <summary>Returns the lease of a scheduler if it satisfies the request.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no lease, it was released before, or it is for another device, in which case it is released.
    /// </exception>
    public DeviceLease Accept(DeviceLease? lease, DeviceRequest device)
    {
        if (lease is null)
        {
            throw new InvalidOperationException(
                $"The device scheduler returned no lease to block '{Name}', which requests {device}. Return a lease or throw from AcquireAsync.");
        }

        if (!device.Accepts(lease.Device))
        {
            Release(lease);
            throw new InvalidOperationException(
                $"The device scheduler returned a lease on {lease.Device.Name} to block '{Name}', which requests {device}.");
        }

        return !lease.IsReleased ? lease : throw new InvalidOperationException(
            $"The device scheduler returned a lease on {lease.Device.Name} to block '{Name}' that was already released. Return a new lease.");
    }

    /// <summary>Returns where the state lies that a run on an input needs; nowhere if that is not known.</summary>
    public DeviceAffinity AffinityOf<TIn>(TIn input)
    {
        try
        {
            return Settings.Affinity is Func<TIn, DeviceAffinity> read ? read(input) : default;
        }
        catch (Exception error)
        {
            if (Interlocked.Exchange(ref _affinityFailures, 1) == 0)
            {
                _runtime.Log.AffinityFailed(_runtime.Name, Name, error.GetType().FullName);
            }

            return default;
        }
    }

    /// <summary>Tells the scheduler if the run failed because its device is gone.</summary>
    public void FoundLost(DeviceLease? lease, Exception? failure)
    {
        if (failure is not DeviceLostException lost || lease is null || !lease.Device.IsNamed(lost.Device))
        {
            return;
        }

        try
        {
            _runtime.Devices.ReportLost(lease.Device, lost);
        }
        catch (Exception error)
        {
            _runtime.Log.ReportLostFailed(_runtime.Name, Name, error.GetType().FullName);
        }
    }

    /// <summary>Releases a lease, if there is one. If the scheduler throws, that is logged, and the run is over regardless.</summary>
    public void Release(DeviceLease? lease)
    {
        try
        {
            lease?.Dispose();
        }
        catch (Exception error)
        {
            _runtime.Log.ReleaseFailed(_runtime.Name, Name, lease!.Device.Name, error.GetType().FullName);
        }
    }

    double Seconds(long from, long to) => _runtime.Time.GetElapsedTime(from, Math.Max(from, to)).TotalSeconds;
}
