using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>
/// The metrics and traces of a chain. They never contain user content, and an exception in a listener never affects a turn or a caller.
/// </summary>
sealed class ChainInstruments : IDisposable
{
    static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 10],
    };

    readonly TelemetryGuard _guard;
    readonly ActivitySource? _source;
    readonly Meter _meter;
    readonly bool _ownsMeter;
    readonly GuardedHistogram _turnDuration;
    readonly GuardedHistogram _firstOutput;
    readonly GuardedHistogram _tools;

    /// <summary>Publishes the instruments. If a listener throws while an instrument is published, it measures nothing.</summary>
    /// <param name="meter">The host's meter, or <see langword="null"/> for a meter of the chain's own.</param>
    /// <param name="chain">The name of the chain.</param>
    /// <param name="log">The log for exceptions of listeners.</param>
    /// <param name="liveTurns">Returns the number of turns in the chain.</param>
    /// <param name="leases">Returns the number of leases held.</param>
    /// <param name="stuckLanes">Returns the number of stuck lanes.</param>
    /// <param name="hungCalls">Returns the number of calls that hang and whose lanes have another thread.</param>
    public ChainInstruments(
        Meter? meter, string chain, ChainLog log, Func<int> liveTurns, Func<int> leases, Func<int> stuckLanes, Func<int> hungCalls)
    {
        _guard = new TelemetryGuard(chain, log);
        _source = _guard.Create(static () => new ActivitySource(TelemetryNames.ActivitySource));
        _ownsMeter = meter is null;
        _meter = meter ?? new Meter(TelemetryNames.Meter);
        var tag = new KeyValuePair<string, object?>(TelemetryNames.ChainTag, chain);
        _turnDuration = Histogram(TelemetryNames.TurnDuration, "Time from a turn's start to its outcome.");
        _firstOutput = Histogram(TelemetryNames.TurnTimeToFirstOutput, "Time from a turn's start to its first output.");
        BlockDuration = Histogram(TelemetryNames.BlockDuration, "Time that a block worked.");
        QueueDuration = Histogram(TelemetryNames.BlockQueueDuration, "Time that a value waited in a block's queue.");
        QuietDuration = Histogram(TelemetryNames.BlockQuietDuration, "Time that a block kept working after its turn ended early.");
        DeviceQueueDuration = Histogram(TelemetryNames.DeviceQueueDuration, "Time that a block waited for a device.");
        Overruns = Counter<long>(TelemetryNames.BudgetOverruns, "{overrun}", "Budget overruns.");
        SpeculationsStarted = Counter<long>(TelemetryNames.SpeculationsStarted, "{run}", "Runs started before their input was final.");
        SpeculationsCommitted = Counter<long>(TelemetryNames.SpeculationsCommitted, "{run}", "Speculative runs that were committed.");
        SpeculationsTerminated = Counter<long>(TelemetryNames.SpeculationsTerminated, "{run}", "Speculative runs that were terminated.");
        SpeculationSaved = Histogram(TelemetryNames.SpeculationSaved, "Time by which speculation advanced a turn's first output.");
        SpeculationWasted = Counter<double>(TelemetryNames.SpeculationWasted, "s", "Working time of terminated speculative runs.");
        _tools = new(_guard.Create(() => _meter.CreateHistogram(
            TelemetryNames.ToolDuration, "s", "Time that a tool ran.", tags: null, advice: ModelInstruments.Seconds)), _guard);
        Models = new ModelInstruments(_meter, _guard);
        Detached = Counter<long>(TelemetryNames.BlocksDetached, "{block}", "Blocks detached because they did not observe their cancellation token.");
        Observe(TelemetryNames.TurnsActive, liveTurns, tag, "{turn}", "Turns in the chain.");
        Observe(TelemetryNames.LeasesActive, leases, tag, "{lease}", "Leases held.");
        Observe(TelemetryNames.LanesStuck, stuckLanes, tag, "{lane}", "Lanes that are unavailable because a detached block still runs there.");
        Observe(TelemetryNames.CallsHung, hungCalls, tag, "{call}", "Native calls that hang and whose lanes have another thread by now.");
    }

    public GuardedHistogram BlockDuration { get; }

    /// <summary>The measurements of models.</summary>
    public ModelInstruments Models { get; }

    public GuardedHistogram QueueDuration { get; }

    public GuardedHistogram QuietDuration { get; }

    public GuardedHistogram DeviceQueueDuration { get; }

    public GuardedCounter<long> Overruns { get; }

    public GuardedCounter<long> Detached { get; }

    public GuardedCounter<long> SpeculationsStarted { get; }

    public GuardedCounter<long> SpeculationsCommitted { get; }

    public GuardedCounter<long> SpeculationsTerminated { get; }

    public GuardedHistogram SpeculationSaved { get; }

    public GuardedCounter<double> SpeculationWasted { get; }

    /// <summary>Starts a turn's span as a child of the caller's current span. The caller's span is ambient only here.</summary>
    public Activity? StartTurn(string chain, TurnId turn)
    {
        if (_source?.HasListeners() != true)
        {
            return null;
        }

        Activity? outside = Activity.Current;
        Activity? activity = _guard.Start(_source, $"invoke_agent {chain}", outside?.Context ?? default);
        TelemetryGuard.MakeCurrent(outside);
        activity?.SetTag(TelemetryNames.OperationTag, "invoke_agent")
            .SetTag(TelemetryNames.ChainTag, chain)
            .SetTag(TelemetryNames.TurnTag, turn.Value);
        return activity;
    }

    /// <summary>Starts a block's span as a child of its turn's span, and makes it current.</summary>
    public Activity? StartBlock(string chain, string block, string? operation, ActivityContext turn)
    {
        Activity? activity = _source is null ? null : _guard.Start(_source, operation is null ? block : $"{operation} {block}", turn);
        activity?.SetTag(TelemetryNames.ChainTag, chain).SetTag(TelemetryNames.BlockTag, block);
        if (operation is not null)
        {
            activity?.SetTag(TelemetryNames.OperationTag, operation);
        }

        return activity;
    }

    /// <summary>Starts the span of a tool, and leaves the current span as it is.</summary>
    public Activity? StartTool(string chain, string block, string tool, ActivityContext parent)
    {
        if (_source is null)
        {
            return null;
        }

        Activity? outside = Activity.Current;
        Activity? activity = _guard.Start(_source, $"{TelemetryNames.ExecuteTool} {tool}", parent);
        TelemetryGuard.MakeCurrent(outside);
        return activity?.SetTag(TelemetryNames.OperationTag, TelemetryNames.ExecuteTool)
            .SetTag(TelemetryNames.ToolNameTag, tool)
            .SetTag(TelemetryNames.ChainTag, chain)
            .SetTag(TelemetryNames.BlockTag, block);
    }

    /// <summary>Ends the span of a tool, and records its duration unless that is negative.</summary>
    public void ToolEnded(
        Activity? activity, KeyValuePair<string, object?> chain, KeyValuePair<string, object?> block, string tool, InnerStatus? status,
        double seconds)
    {
        string? error = status switch
        {
            InnerStatus.Completed => null,
            InnerStatus.Failed => "failed",
            InnerStatus.TimedOut => "timed_out",
            InnerStatus.Canceled => "canceled",
            _ => "unfinished",
        };
        if (activity is not null)
        {
            if (error is not null)
            {
                activity.SetTag(TelemetryNames.ErrorTag, error).SetStatus(ActivityStatusCode.Error);
            }

            Activity? current = Activity.Current;
            _guard.Stop(activity);
            TelemetryGuard.MakeCurrent(current);
        }

        if (seconds >= 0 && _tools.Enabled)
        {
            TagList tags =
                [chain, block, new(TelemetryNames.OperationTag, TelemetryNames.ExecuteTool), new(TelemetryNames.ToolNameTag, tool)];
            if (error is not null)
            {
                tags.Add(TelemetryNames.ErrorTag, error);
            }

            _tools.Record(seconds, tags);
        }
    }

    /// <summary>Stops a block's span.</summary>
    public void StopBlock(Activity? activity) => _guard.Stop(activity);

    public void FirstOutput(string chain, double seconds)
    {
        if (_firstOutput.Enabled)
        {
            _firstOutput.Record(seconds, new KeyValuePair<string, object?>(TelemetryNames.ChainTag, chain));
        }
    }

    public void TurnEnded(string chain, double seconds, TurnOutcome outcome, TurnException? error, Activity? activity, bool isWarmUp)
    {
        if (_turnDuration.Enabled && !isWarmUp)
        {
            _turnDuration.Record(seconds, new(TelemetryNames.ChainTag, chain), new(TelemetryNames.OutcomeTag, Word(outcome)));
        }

        if (activity is null)
        {
            return;
        }

        activity.SetTag(TelemetryNames.OutcomeTag, Word(outcome));
        if (isWarmUp)
        {
            activity.SetTag(TelemetryNames.WarmUpTag, true);
        }

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

        // Stopping a span makes its predecessor current, here the span of the host that started the turn.
        Activity? current = Activity.Current;
        _guard.Stop(activity);
        TelemetryGuard.MakeCurrent(current);
    }

    public void Dispose()
    {
        _source?.Dispose();
        if (_ownsMeter)
        {
            _guard.Create(() =>
            {
                _meter.Dispose();
                return _meter;
            });
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

    GuardedHistogram Histogram(string name, string description) =>
        new(_guard.Create(() => _meter.CreateHistogram(name, "s", description, tags: null, advice: Buckets)), _guard);

    GuardedCounter<T> Counter<T>(string name, string unit, string description)
        where T : struct =>
        new(_guard.Create(() => _meter.CreateCounter<T>(name, unit, description)), _guard);

    /// <summary>Publishes a count that listeners poll. If the count throws, as a host's scheduler can, nothing is measured.</summary>
    void Observe(string name, Func<int> count, KeyValuePair<string, object?> tag, string unit, string description) =>
        _guard.Create(() => _meter.CreateObservableUpDownCounter<int>(
            name,
            () =>
            {
                try
                {
                    return [new Measurement<int>(count(), tag)];
                }
                catch (Exception error)
                {
                    _guard.Failed(TelemetryCall.Observe, error);
                    return [];
                }
            },
            unit,
            description));
}
