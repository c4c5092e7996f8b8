using System.Globalization;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Turns;

/// <summary>The state that all blocks of a chain share: the clock, the scheduler, the deadlines, the devices and the counters.</summary>
sealed class ChainRuntime : IDisposable
{
    readonly List<Action> _complete = [];
    readonly List<Action> _removeOver = [];
    EarlyPlan? _early;
    long _turns;
    long _runs;
    int _detached;
    int _draining;
    int _devices;

    /// <summary>The number of turns that have returned their places and are still publishing their results.</summary>
    int _leaving;
    int _closed;
    TaskCompletionSource? _drained;

    public ChainRuntime(string name, RuntimeSettings settings)
    {
        (Name, Settings, Time) = (name, settings, settings.Time);
        Scheduler = settings.Scheduler;
        Admission = new Admission(settings.MaxTurns);
        WatchesStalls = settings.Budget.StallLimit is not null;
        Devices = settings.Devices;
        Log = new ChainLog(new NonThrowingLogger(settings.Logger), settings.IncludeSensitiveData);
        Instruments = new ChainInstruments(
            settings.Meter, name, Log, () => LiveTurns, () => Devices.OpenLeases, () => Devices.StuckLanes, () => Devices.HungCalls);
        Quiet = new QuiescenceTracker(this);
        BudgetEvents = new BudgetEvents(this);
        Watcher = ReferenceEquals(Time, TimeProvider.System)
            ? new ThreadDeadlineWatcher(Time, name, RemoveOver)
            : new TimerDeadlineWatcher(Time, name, settings.IsVirtual);
        WatchDevices(true);
    }

    public string Name { get; }

    public RuntimeSettings Settings { get; }

    public TimeProvider Time { get; }

    public TaskScheduler Scheduler { get; }

    public IDeviceScheduler Devices { get; }

    /// <summary>Whether the scheduler has several devices to choose from.</summary>
    public bool HasDeviceChoice => (_devices == 0 ? _devices = Devices.Devices.Count : _devices) > 1;

    public DeadlineWatcher Watcher { get; }

    public QuiescenceTracker Quiet { get; }

    /// <summary>The host's handlers of budgets.</summary>
    public BudgetEvents BudgetEvents { get; }

    /// <summary>The warm-ups of the chain's blocks.</summary>
    public WarmUps WarmUps { get; } = new();

    /// <summary>Warms idle blocks up again; null if the chain is not kept warm.</summary>
    public IKeepsWarm? KeepsWarm { get; set; }

    /// <summary>The turns in the chain.</summary>
    public TurnsInside Inside { get; } = new();

    /// <summary>The output controls of value turns, most of which have none.</summary>
    public OutputControls Gates { get; } = new();

    /// <summary>The limits of turns that have some of their own.</summary>
    public OwnBudgets OwnBudgets { get; } = new();

    public ChainInstruments Instruments { get; }

    public ChainLog Log { get; }

    public bool IsDraining => Volatile.Read(ref _draining) != 0;

    /// <summary>
    /// Whether the continuations of a host's waits run elsewhere, not inline. On real threads they do, because inline they could delay the
    /// deadlines. In virtual time they must not, because elsewhere is the thread pool, whatever the scheduler.
    /// </summary>
    public bool ContinuesElsewhere => !Settings.IsVirtual;

    /// <summary>
    /// The creation options of tasks that a host can await. A task that only the engine awaits uses
    /// <see cref="TaskCreationOptions.RunContinuationsAsynchronously"/> even in virtual time: it is often completed under a lock or on the
    /// deadline thread, and the engine's awaits return to the chain's scheduler in any case.
    /// </summary>
    public TaskCreationOptions Continuations =>
        ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>Whether the chain's budget limits the stall between two outputs.</summary>
    public bool WatchesStalls { get; }

    public long Now => Math.Max(1, Time.GetTimestamp());

    /// <summary>Counts the turns in the chain and those that wait for room.</summary>
    public Admission Admission { get; }

    public int LiveTurns => Admission.Live;

    public int DetachedBlocks => Volatile.Read(ref _detached);

    /// <summary>Returns the end of a grace period that begins at a time.</summary>
    public long AfterGrace(long from) => BudgetClock.Later(from, BudgetClock.ToTicks(Settings.Grace, Time.TimestampFrequency));

    /// <summary>The state that the layer above keeps for the chain; null if there is none.</summary>
    public IChainLayer? Layer { get; init; }

    /// <summary>The prices of early work inside blocks, created on first use.</summary>
    public EarlyPlan Early => Volatile.Read(ref _early)
        ?? Interlocked.CompareExchange(ref _early, new EarlyPlan(Settings.Speculation, Layer), null)
        ?? _early;

    public long NextRun() => Interlocked.Increment(ref _runs);

    /// <summary>The number of turns that have begun.</summary>
    public long TurnsBegun => Interlocked.Read(ref _turns);

    public TurnId NextTurn() => new(Interlocked.Increment(ref _turns));

    /// <summary>Admits a turn; otherwise, returns the reason why not.</summary>
    public string? Admit()
    {
        if (TryAdmit())
        {
            return null;
        }

        return WhyNot();
    }

    /// <summary>Returns the reason why a turn is not admitted.</summary>
    public string WhyNot() => IsClosed ? $"Chain '{Name}' is disposed and admits no turns; build a new one."
        : IsDraining ? $"Chain '{Name}' is draining and admits no turns; start the turn on another chain."
        : $"Chain '{Name}' is full with {OptionCheck.Count(Settings.MaxTurns, "turn")}; try again later, wait for room with StartAsync, or raise ChainOptions.MaxTurns.";

    /// <summary>Admits a turn if there is room and no other turn waits for it.</summary>
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

    /// <summary>Returns the place of a turn that was admitted and did not begin.</summary>
    public void GiveBack()
    {
        Admission.Leave();
        TellIfDrained();
    }

    /// <summary>Waits until a turn is admitted; otherwise, returns the reason why it is not.</summary>
    /// <param name="due">The time at which the turn's budget ends.</param>
    /// <param name="maxWaiting">The maximum number of waiting turns; null for a turn that always waits and does not count.</param>
    /// <param name="cancellationToken">A token that ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<string?> AdmitAsync(long due, int? maxWaiting, CancellationToken cancellationToken)
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
                $"Chain '{Name}' is full with {OptionCheck.Count(Settings.MaxTurns, "turn")}, and {maxWaiting} wait for room; try again later, or raise ChainOptions.MaxTurns or MaxWaitingTurns."),
            AdmissionResult.BudgetRanOut => string.Create(
                CultureInfo.InvariantCulture,
                $"Chain '{Name}' was full with {OptionCheck.Count(Settings.MaxTurns, "turn")}: the turn waited for room for {waited:0.###} ms, until its budget ran out. Start fewer turns at once, raise ChainOptions.MaxTurns, or raise the budget."),
            _ when waiter.Place is null => WhyNot(),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Chain '{Name}' is {(IsClosed ? "disposed" : "draining")} and admits no turns; the turn had waited for room for {waited:0.###} ms. Start it on another chain."),
        };
    }

    /// <summary>
    /// Records that a turn that has left has published its result. A drain completes only after the last result is published.
    /// </summary>
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

    /// <summary>Adds an admitted turn to the list, so that closing the chain interrupts it.</summary>
    public void Enter(TurnCore turn) => Inside.Add(turn);

    /// <summary>Removes an ended turn from the list and returns its place.</summary>
    public void Leave(TurnCore turn)
    {
        Inside.Remove(turn);
        Interlocked.Increment(ref _leaving);
        Admission.Leave();
    }

    /// <summary>Returns, for error messages, which blocks run for which turns; names and numbers only.</summary>
    public IEnumerable<string> Work() => Inside.Work(Name);

    /// <summary>Interrupts all turns in the chain.</summary>
    public void InterruptTurns()
    {
        foreach (TurnCore turn in Inside.All())
        {
            turn.Interrupt();
        }
    }

    public void CountDetached(int by) => Interlocked.Add(ref _detached, by);

    /// <summary>Admits no further turns and completes when the current ones have ended.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource drained = _drained
            ?? Interlocked.CompareExchange(
                ref _drained, new(ContinuesElsewhere ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None), null)
            ?? _drained;
        Interlocked.Exchange(ref _draining, 1);
        Admission.Close();
        TellIfDrained();
        return drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Whether the chain is disposed or is being disposed.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Admits no further turns and interrupts the current ones.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _closed, 1);
        Interlocked.Exchange(ref _draining, 1);

        // First, so that the places that become free do not admit waiting turns.
        Admission.Close();
        InterruptTurns();
        KeepsWarm?.Dispose();
        WarmUps.Close(this);
    }

    /// <summary>Registers a Dataflow block to be completed with the chain.</summary>
    public void OnDispose(Action complete) => _complete.Add(complete);

    /// <summary>Registers a queue that is purged when a turn ends early.</summary>
    public void OnEarlyEnd(Action removeOver) => _removeOver.Add(removeOver);

    /// <summary>Removes values that are no longer needed from the queues, so that they hold no place there.</summary>
    public void RemoveOver()
    {
        foreach (Action remove in _removeOver)
        {
            remove();
        }
    }

    /// <summary>
    /// Starts work on the chain's scheduler, for work that the deadline thread must not run itself. Never throws: a task that the host's
    /// scheduler refuses runs on the thread pool (<see cref="GuardedScheduler"/>).
    /// </summary>
    /// <param name="state">The state to pass to the work.</param>
    /// <param name="work">The work.</param>
    public void Queue<T>(T state, Func<T, Task> work)
        where T : class
    {
        // The work must not run under the ambient state of the thread that fires the deadline.
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
        KeepsWarm?.Dispose();
        WatchDevices(false);
        foreach (Action complete in _complete)
        {
            complete();
        }

        Watcher.Dispose();
        WarmUps.Dispose();
        Instruments.Dispose();
    }

    /// <summary>Begins or stops to listen for devices that go and come.</summary>
    void WatchDevices(bool watch)
    {
        try
        {
            if (watch)
            {
                Devices.PresenceChanged += OnPresence;
            }
            else
            {
                Devices.PresenceChanged -= OnPresence;
            }
        }
        catch (Exception error)
        {
            Log.PresenceFailed(Name, error.GetType().FullName);
        }
    }

    void OnPresence(object? sender, DevicePresenceEventArgs args)
    {
        if (!args.IsPresent)
        {
            WarmUps.Lost(args.Device.Name);
        }
        else
        {
            WarmUps.Back(args.Device.Name);
        }

        KeepsWarm?.Look();
    }
}
