using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Turns;

namespace AgentChain.Diagnostics;

/// <summary>What a chain measures and traces. Nothing a user said is ever among it.</summary>
sealed class ChainInstruments : IDisposable
{
    static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 10],
    };

    readonly ActivitySource _source = new(TelemetryNames.ActivitySource);
    readonly Meter _meter;
    readonly bool _ownsMeter;
    readonly Histogram<double> _turnDuration;
    readonly Histogram<double> _firstOutput;

    public ChainInstruments(IMeterFactory? meters, string chain, Func<int> liveTurns, Func<int> leases, Func<int> stuckLanes)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(new MeterOptions(TelemetryNames.Meter)) ?? new Meter(TelemetryNames.Meter);
        var tag = new KeyValuePair<string, object?>(TelemetryNames.ChainTag, chain);
        _turnDuration = Histogram(TelemetryNames.TurnDuration, "Time from a turn's start to its outcome.");
        _firstOutput = Histogram(TelemetryNames.TurnTimeToFirstOutput, "Time from a turn's start to its first output.");
        BlockDuration = Histogram(TelemetryNames.BlockDuration, "Time a block worked.");
        QueueDuration = Histogram(TelemetryNames.BlockQueueDuration, "Time a value waited in a block's queue.");
        QuietDuration = Histogram(TelemetryNames.BlockQuietDuration, "Time a block still worked after its turn had ended early.");
        DeviceQueueDuration = Histogram(TelemetryNames.DeviceQueueDuration, "Time a block waited for a device.");
        Overruns = _meter.CreateCounter<long>(TelemetryNames.BudgetOverruns, "{overrun}", "Budgets that ran out.");
        SpeculationsStarted = _meter.CreateCounter<long>(TelemetryNames.SpeculationsStarted, "{run}", "Runs started before their input was certain.");
        SpeculationsCommitted = _meter.CreateCounter<long>(TelemetryNames.SpeculationsCommitted, "{run}", "Speculative runs that stood.");
        SpeculationsTerminated = _meter.CreateCounter<long>(TelemetryNames.SpeculationsTerminated, "{run}", "Speculative runs in vain.");
        SpeculationSaved = Histogram(TelemetryNames.SpeculationSaved, "Time by which a turn's first output came sooner.");
        SpeculationWasted = _meter.CreateCounter<double>(TelemetryNames.SpeculationWasted, "s", "Working time in vain.");
        Detached = _meter.CreateCounter<long>(TelemetryNames.BlocksDetached, "{block}", "Blocks left behind because they did not obey their token.");
        _meter.CreateObservableUpDownCounter(TelemetryNames.TurnsActive, () => new Measurement<int>(liveTurns(), tag), "{turn}", "Turns inside the chain.");
        _meter.CreateObservableUpDownCounter(TelemetryNames.LeasesActive, () => new Measurement<int>(leases(), tag), "{lease}", "Leases held.");
        _meter.CreateObservableUpDownCounter(TelemetryNames.LanesStuck, () => new Measurement<int>(stuckLanes(), tag), "{lane}", "Lanes held up by detached blocks.");
    }

    public Histogram<double> BlockDuration { get; }

    public Histogram<double> QueueDuration { get; }

    public Histogram<double> QuietDuration { get; }

    public Histogram<double> DeviceQueueDuration { get; }

    public Counter<long> Overruns { get; }

    public Counter<long> Detached { get; }

    public Counter<long> SpeculationsStarted { get; }

    public Counter<long> SpeculationsCommitted { get; }

    public Counter<long> SpeculationsTerminated { get; }

    public Histogram<double> SpeculationSaved { get; }

    public Counter<double> SpeculationWasted { get; }

    /// <summary>Begins a turn's span under the caller's, which is ambient only here.</summary>
    public Activity? StartTurn(string chain, TurnId turn)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        Activity? outside = Activity.Current;
        Activity? activity = _source.StartActivity($"invoke_agent {chain}", ActivityKind.Internal, outside?.Context ?? default);
        Activity.Current = outside;
        activity?.SetTag(TelemetryNames.OperationTag, "invoke_agent")
            .SetTag(TelemetryNames.ChainTag, chain)
            .SetTag(TelemetryNames.TurnTag, turn.Value);
        return activity;
    }

    /// <summary>Begins a block's span under its turn's, and makes it current.</summary>
    public Activity? StartBlock(string chain, string block, string? operation, ActivityContext turn)
    {
        Activity? activity = _source.StartActivity(operation is null ? block : $"{operation} {block}", ActivityKind.Internal, turn);
        activity?.SetTag(TelemetryNames.ChainTag, chain).SetTag(TelemetryNames.BlockTag, block);
        if (operation is not null)
        {
            activity?.SetTag(TelemetryNames.OperationTag, operation);
        }

        return activity;
    }

    public void FirstOutput(string chain, double seconds)
    {
        if (_firstOutput.Enabled)
        {
            _firstOutput.Record(seconds, new KeyValuePair<string, object?>(TelemetryNames.ChainTag, chain));
        }
    }

    public void TurnEnded(string chain, double seconds, TurnOutcome outcome, TurnException? error, Activity? activity)
    {
        if (_turnDuration.Enabled)
        {
            _turnDuration.Record(seconds, new(TelemetryNames.ChainTag, chain), new(TelemetryNames.OutcomeTag, Word(outcome)));
        }

        if (activity is null)
        {
            return;
        }

        activity.SetTag(TelemetryNames.OutcomeTag, Word(outcome));
        if (outcome is TurnOutcome.Completed or TurnOutcome.Interrupted)
        {
            activity.SetTag(TelemetryNames.EndReasonTag, Word(outcome));
        }

        if (error is not null && outcome != TurnOutcome.Interrupted)
        {
            activity.SetTag(TelemetryNames.ErrorTag, (error.InnerException ?? error).GetType().FullName);
            activity.SetTag(TelemetryNames.BlockTag, error.Block);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        // Stopping a span makes the one before it current, here that of the host that started the turn.
        Activity? current = Activity.Current;
        activity.Dispose();
        Activity.Current = current;
    }

    public void Dispose()
    {
        _source.Dispose();
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    static string Word(TurnOutcome outcome) => outcome switch
    {
        TurnOutcome.Completed => "completed",
        TurnOutcome.Interrupted => "interrupted",
        TurnOutcome.DeadlineExceeded => "deadline_exceeded",
        TurnOutcome.Rejected => "rejected",
        _ => "failed",
    };

    Histogram<double> Histogram(string name, string description) =>
        _meter.CreateHistogram(name, "s", description, tags: null, advice: Buckets);
}
