using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Flow.Speculative;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>What all of a chain's blocks share: the clock, the scheduler, the deadlines, the devices, the counters.</summary>
sealed class ChainRuntime : IDisposable
{
    readonly List<Action> _complete = [];
    readonly List<Action> _removeOver = [];
    readonly Lock _insideGate = new();
    TurnState? _inside;
    long _turns;
    long _runs;
    int _live;
    int _detached;
    int _draining;
    int _disposed;
    TaskCompletionSource? _drained;

    public ChainRuntime(string name, RuntimeSettings settings)
    {
        (Name, Settings, Time) = (name, settings, settings.Time);
        Scheduler = settings.Scheduler;
        WatchesStalls = settings.Budget.LongestStall is not null;
        Devices = settings.Devices;
        Instruments = new ChainInstruments(settings.MeterFactory, name, () => LiveTurns, () => Devices.OpenLeases, () => Devices.StuckLanes);
        Log = new ChainLog(new QuietLogger(settings.Logger), settings.IncludeSensitiveData);
        Quiet = new QuietWatch(this);
        Watcher = ReferenceEquals(Time, TimeProvider.System) ? new ThreadDeadlineWatcher(Time, name) : new TimerDeadlineWatcher(Time);
    }

    public string Name { get; }

    public RuntimeSettings Settings { get; }

    public TimeProvider Time { get; }

    public TaskScheduler Scheduler { get; }

    public IDeviceScheduler Devices { get; }

    public DeadlineWatcher Watcher { get; }

    public QuietWatch Quiet { get; }

    /// <summary>The gates of turns that make one value, most of which have none.</summary>
    public OutputGates Gates { get; } = new();

    public ChainInstruments Instruments { get; }

    public ChainLog Log { get; }

    public bool IsDraining => Volatile.Read(ref _draining) != 0;

    /// <summary>
    /// How a turn's end is made known: on real threads never in place, where it might hold up the deadlines; in virtual
    /// time never elsewhere, since that is the thread pool whatever the scheduler.
    /// </summary>
    public bool ContinuesElsewhere => ReferenceEquals(Time, TimeProvider.System);

    public TaskCreationOptions Continuations =>
        ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>Whether the chain's budget limits the stall between two outputs.</summary>
    public bool WatchesStalls { get; }

    public long Now => Time.GetTimestamp();

    public int LiveTurns => Volatile.Read(ref _live);

    public int DetachedBlocks => Volatile.Read(ref _detached);

    /// <summary>When a grace that begins at a time is over.</summary>
    public long AfterGrace(long from) => BudgetClock.Later(from, BudgetClock.ToTicks(Settings.Grace, Time.TimestampFrequency));

    /// <summary>What speculates in the chain; null where nothing does.</summary>
    public SpeculationPlan? Plan { get; init; }

    public long NextRun() => Interlocked.Increment(ref _runs);

    public TurnId NextTurn() => new(Interlocked.Increment(ref _turns));

    /// <summary>Lets a turn in, or says why not.</summary>
    public string? Admit()
    {
        if (Interlocked.Increment(ref _live) <= Settings.MaxTurns && !IsDraining)
        {
            return null;
        }

        Leave();
        return Volatile.Read(ref _disposed) != 0 ? $"Chain '{Name}' is disposed and lets no turn in; build a new one."
            : IsDraining ? $"Chain '{Name}' is draining and lets no turn in."
            : $"Chain '{Name}' is full with {Settings.MaxTurns} turns; try again later or raise ChainOptions.MaxTurns.";
    }

    void Leave()
    {
        if (Interlocked.Decrement(ref _live) == 0 && IsDraining)
        {
            _drained?.TrySetResult();
        }
    }

    /// <summary>Knows a turn that was let in, so that it can be interrupted with the chain.</summary>
    public void Enter(TurnState turn)
    {
        lock (_insideGate)
        {
            turn.NextInside = _inside;
            _inside?.PreviousInside = turn;
            _inside = turn;
        }
    }

    /// <summary>A turn that was let in has ended.</summary>
    public void Leave(TurnState turn)
    {
        lock (_insideGate)
        {
            if (turn.PreviousInside is { } previous)
            {
                previous.NextInside = turn.NextInside;
            }
            else if (ReferenceEquals(_inside, turn))
            {
                _inside = turn.NextInside;
            }

            turn.NextInside?.PreviousInside = turn.PreviousInside;
            turn.NextInside = turn.PreviousInside = null;
        }

        Leave();
    }

    /// <summary>Says, for errors, which blocks run for which turns; names and numbers only.</summary>
    public IEnumerable<string> Work()
    {
        List<string> work = [];
        lock (_insideGate)
        {
            for (TurnState? turn = _inside; turn is not null; turn = turn.NextInside)
            {
                string[] blocks = [.. turn.Working().Select(name => $"'{name}'").Distinct()];
                work.Add(blocks.Length == 0
                    ? $"{turn.Id} of chain '{Name}' (no block of it runs)"
                    : $"block {string.Join(", ", blocks)} of {turn.Id} of chain '{Name}'");
            }
        }

        return work;
    }

    /// <summary>Interrupts every turn inside.</summary>
    public void InterruptTurns()
    {
        List<TurnState> inside = [];
        lock (_insideGate)
        {
            for (TurnState? turn = _inside; turn is not null; turn = turn.NextInside)
            {
                inside.Add(turn);
            }
        }

        foreach (TurnState turn in inside)
        {
            turn.Interrupt();
        }
    }

    public void CountDetached(int by) => Interlocked.Add(ref _detached, by);

    /// <summary>Lets no further turn in and completes when those inside have ended.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource drained = _drained
            ?? Interlocked.CompareExchange(ref _drained, new(ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None), null)
            ?? _drained;
        Interlocked.Exchange(ref _draining, 1);
        if (LiveTurns == 0)
        {
            drained.TrySetResult();
        }

        return drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Registers a Dataflow block to be completed with the chain.</summary>
    public void OnDispose(Action complete) => _complete.Add(complete);

    /// <summary>Registers a queue to be gone through when a turn ends early.</summary>
    public void OnEarlyEnd(Action removeOver) => _removeOver.Add(removeOver);

    /// <summary>Takes out of the queues what nobody wants any more, so that it holds no place there.</summary>
    public void RemoveOver()
    {
        foreach (Action remove in _removeOver)
        {
            remove();
        }
    }

    /// <summary>Starts work on the chain's scheduler; for what the deadline thread must not run itself.</summary>
    public void Queue<T>(T state, Func<T, Task> work)
        where T : class
    {
        // The worker must not run under the ambient state of whoever fires the deadline.
        using AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        Task.Factory.StartNew(
            static s =>
            {
                (T state, Func<T, Task> work) = ((T, Func<T, Task>))s!;
                return work(state);
            },
            (state, work),
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            Scheduler);
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _disposed, 1);
        Interlocked.Exchange(ref _draining, 1);
        foreach (Action complete in _complete)
        {
            complete();
        }

        Watcher.Dispose();
        Instruments.Dispose();
    }
}
