using System.Globalization;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Turns;

/// <summary>What all of a chain's blocks share: the clock, the scheduler, the deadlines, the devices, the counters.</summary>
sealed class ChainRuntime : IDisposable
{
    readonly List<Action> _complete = [];
    readonly List<Action> _removeOver = [];
    readonly Lock _insideGate = new();
    TurnCore? _inside;
    long _turns;
    long _runs;
    int _detached;
    int _draining;

    /// <summary>How many turns have given their place back and are still publishing their results.</summary>
    int _leaving;
    int _closed;
    TaskCompletionSource? _drained;

    public ChainRuntime(string name, RuntimeSettings settings)
    {
        (Name, Settings, Time) = (name, settings, settings.Time);
        Scheduler = settings.Scheduler;
        Admission = new Admission(settings.MaxTurns);
        WatchesStalls = settings.Budget.LongestStall is not null;
        Devices = settings.Devices;
        Log = new ChainLog(new NonThrowingLogger(settings.Logger), settings.IncludeSensitiveData);
        Instruments = new ChainInstruments(settings.Meter, name, Log, () => LiveTurns, () => Devices.OpenLeases, () => Devices.StuckLanes);
        Quiet = new QuiescenceTracker(this);
        Watcher = ReferenceEquals(Time, TimeProvider.System) ? new ThreadDeadlineWatcher(Time, name) : new TimerDeadlineWatcher(Time, name, settings.IsVirtual);
    }

    public string Name { get; }

    public RuntimeSettings Settings { get; }

    public TimeProvider Time { get; }

    public TaskScheduler Scheduler { get; }

    public IDeviceScheduler Devices { get; }

    public DeadlineWatcher Watcher { get; }

    public QuiescenceTracker Quiet { get; }

    /// <summary>The gates of turns that make one value, most of which have none.</summary>
    public OutputControls Gates { get; } = new();

    public ChainInstruments Instruments { get; }

    public ChainLog Log { get; }

    public bool IsDraining => Volatile.Read(ref _draining) != 0;

    /// <summary>
    /// How a turn's end is made known: on real threads never in place, where it might hold up the deadlines; in virtual
    /// time never elsewhere, since that is the thread pool whatever the scheduler.
    /// </summary>
    public bool ContinuesElsewhere => !Settings.IsVirtual;

    public TaskCreationOptions Continuations =>
        ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>Whether the chain's budget limits the stall between two outputs.</summary>
    public bool WatchesStalls { get; }

    public long Now => Time.GetTimestamp();

    /// <summary>Who is inside, and who waits for room.</summary>
    public Admission Admission { get; }

    public int LiveTurns => Admission.Live;

    public int DetachedBlocks => Volatile.Read(ref _detached);

    /// <summary>When a grace that begins at a time is over.</summary>
    public long AfterGrace(long from) => BudgetClock.Later(from, BudgetClock.ToTicks(Settings.Grace, Time.TimestampFrequency));

    /// <summary>What the layer above keeps for the chain; null where there is none.</summary>
    public IChainLayer? Layer { get; init; }

    public long NextRun() => Interlocked.Increment(ref _runs);

    public TurnId NextTurn() => new(Interlocked.Increment(ref _turns));

    /// <summary>Lets a turn in, or says why not.</summary>
    public string? Admit()
    {
        if (TryAdmit())
        {
            return null;
        }

        return WhyNot();
    }

    string WhyNot() => IsClosed ? $"Chain '{Name}' is disposed and lets no turn in; build a new one."
        : IsDraining ? $"Chain '{Name}' is draining and lets no turn in."
        : $"Chain '{Name}' is full with {Settings.MaxTurns} turns; try again later, wait for room with StartAsync, or raise ChainOptions.MaxTurns.";

    /// <summary>Lets a turn in, if there is room and nobody waits for it.</summary>
    public bool TryAdmit()
    {
        if (!Admission.TryEnter())
        {
            return false;
        }

        if (!IsDraining)
        {
            return true;
        }

        GiveBack();
        return false;
    }

    /// <summary>Gives the place of a turn back that was let in and did not begin.</summary>
    public void GiveBack()
    {
        Admission.Leave();
        TellIfDrained();
    }

    /// <summary>Waits until a turn is let in, or says why it is not.</summary>
    /// <param name="due">When the turn's budget ends.</param>
    /// <param name="maxWaiting">How many may wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async ValueTask<string?> AdmitAsync(long due, int maxWaiting, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        long since = Now;
        var waiter = new AdmissionWaiter(this, due);
        AdmissionResult result = Admission.Join(waiter, maxWaiting)
            ?? await waiter.WaitAsync(cancellationToken);
        double waited = Time.GetElapsedTime(since, Now).TotalMilliseconds;
        return result switch
        {
            AdmissionResult.Admitted => null,
            AdmissionResult.TooManyWait => string.Create(
                CultureInfo.InvariantCulture,
                $"Chain '{Name}' is full with {Settings.MaxTurns} turns, and {maxWaiting} wait for room; try again later, or raise ChainOptions.MaxTurns or MaxWaitingTurns."),
            AdmissionResult.BudgetRanOut => string.Create(
                CultureInfo.InvariantCulture,
                $"Chain '{Name}' was full with {Settings.MaxTurns} turns: the turn waited for room for {waited:0.###} ms, until its budget ran out. Start fewer turns at once, raise ChainOptions.MaxTurns, or raise the budget."),
            _ when waiter.Place is null => WhyNot(),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Chain '{Name}' is {(IsClosed ? "disposed" : "draining")} and lets no turn in; the turn had waited for room for {waited:0.###} ms. Start it on a chain that is open."),
        };
    }

    /// <summary>A turn that has left has published its result, so that whoever waits for the last one finds that known.</summary>
    public void Left()
    {
        Interlocked.Decrement(ref _leaving);
        TellIfDrained();
    }

    void TellIfDrained()
    {
        if (IsDraining && LiveTurns == 0 && Volatile.Read(ref _leaving) == 0)
        {
            _drained?.TrySetResult();
        }
    }

    /// <summary>Knows a turn that was let in, so that it can be interrupted with the chain.</summary>
    public void Enter(TurnCore turn)
    {
        lock (_insideGate)
        {
            turn.NextInside = _inside;
            _inside?.PreviousInside = turn;
            _inside = turn;
        }
    }

    /// <summary>A turn that was let in has ended.</summary>
    public void Leave(TurnCore turn)
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

        Interlocked.Increment(ref _leaving);
        Admission.Leave();
    }

    /// <summary>Says, for errors, which blocks run for which turns; names and numbers only.</summary>
    public IEnumerable<string> Work()
    {
        List<string> work = [];
        lock (_insideGate)
        {
            for (TurnCore? turn = _inside; turn is not null; turn = turn.NextInside)
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
        List<TurnCore> inside = [];
        lock (_insideGate)
        {
            for (TurnCore? turn = _inside; turn is not null; turn = turn.NextInside)
            {
                inside.Add(turn);
            }
        }

        foreach (TurnCore turn in inside)
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
        Admission.Close();
        TellIfDrained();
        return drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Whether the chain is disposed, or about to be.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Lets no further turn in and interrupts those inside.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _closed, 1);
        Interlocked.Exchange(ref _draining, 1);

        // First, so that the places that become free do not let others in.
        Admission.Close();
        InterruptTurns();
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

    /// <summary>
    /// Starts work on the chain's scheduler; for what the deadline thread must not run itself. Never throws: a task that the host's scheduler
    /// refuses runs on the thread pool (<see cref="GuardedScheduler"/>).
    /// </summary>
    /// <param name="state">What the work is about.</param>
    /// <param name="work">The work.</param>
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
        if ((Scheduler as GuardedScheduler)?.TakeRefusal() is { } refusal)
        {
            Log.SchedulerRefused(Name, refusal.GetType().FullName);
        }
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _closed, 1);
        Interlocked.Exchange(ref _draining, 1);
        Admission.Close();
        foreach (Action complete in _complete)
        {
            complete();
        }

        Watcher.Dispose();
        Instruments.Dispose();
    }
}
