using AgentChain.Budgets;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// A prefill of a block for a hypothesis. Each gate runs one at a time in a turn: the latest hypothesis waits for the running one, and
/// those between are skipped. A final value waits for a matching prefill to finish; a mismatching one is canceled and awaited.
/// </summary>
sealed class PrefillRun<TIn> : BlockRun
{
    // Completed under the lock, so never with inline continuations; see ChainRuntime.Continuations.
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly EntryGate<TIn> _gate;
    readonly GateState<TIn> _state;
    readonly PrefillScope _scope;
    readonly Envelope<TIn> _envelope;
    readonly object? _key;
    (Envelope<TIn> Envelope, object? Key)? _next;
    bool _finalArrived;
    volatile bool _isAwaited;

    PrefillRun(EntryGate<TIn> gate, GateState<TIn> state, PrefillScope scope, Envelope<TIn> envelope, object? key)
        : base(envelope.Turn, gate.Node, TraceStep.At(envelope.Turn, gate.Node, envelope.Cause, scope), gate.Runtime.Now) =>
        (_gate, _state, _scope, _envelope, _key) = (gate, state, scope, envelope, key);

    /// <summary>A task that completes when the prefill is over or was detached.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether no final value waits for it.</summary>
    public override bool MayBeInVain => !_isAwaited;

    public bool IsDone => _done.Task.IsCompleted;

    /// <summary>Starts a prefill for a hypothesis, now or after the running one. Under the lock of the turn's speculation.</summary>
    public static void Take(EntryGate<TIn> gate, TurnSpeculation speculation, GateState<TIn> state, in Envelope<TIn> envelope, object? key)
    {
        if (state.Prefill is { IsDone: false } running)
        {
            running._next = gate.KeysEqual(running._key, key) ? null : (envelope, key);
            return;
        }

        if (state.Prefill is { } done && gate.KeysEqual(done._key, key))
        {
            return;
        }

        var run = new PrefillRun<TIn>(gate, state, new PrefillScope(envelope.Turn), envelope, key);
        state.Prefill = run;
        state.Started++;
        speculation.Do(() => gate.Runtime.Queue(run, static r => r.WarmAsync()));
    }

    /// <summary>Handles the arrival of the final value. Under the lock of the turn's speculation.</summary>
    public void FinalArrived(object? key)
    {
        (_finalArrived, _next) = (true, null);
        if (IsDone)
        {
            return;
        }

        TurnSpeculation speculation = Turn.Speculation!;

        if (!_gate.KeysEqual(_key, key))
        {
            _scope.End();
            speculation.Cancel(_scope.Source);
            speculation.Do(() => Turn.GraceFor(this));
            return;
        }

        _isAwaited = true;
        long due = BudgetClock.Later(
            Turn.Runtime.Now, BudgetClock.ToTicks(_gate.Plan.Options.HookTimeout, Turn.Runtime.Time.TimestampFrequency));
        speculation.Do(() => Turn.Runtime.Watcher.Add(new TimeUp(this), due));
    }

    protected override Task FallBackAsync() => Task.CompletedTask;

    protected override void Release() => _done.TrySetResult();

    async Task WarmAsync()
    {
        TurnSpeculation speculation = Turn.Speculation!;
        Notes |= SpanNotes.Prefill;
        Turn.BeginRun(this);
        try
        {
            if (!IsOver && (_gate.Node.Settings.Device is not { } device || await DeviceWait.AcquireAsync(this, device, _envelope.Value)))
            {
                Watch();
                await _gate.Warmer!.PrefillAsync(_envelope.Value, new BlockContext(this), _scope.InnerToken).AsGuardedTask();
            }
        }
        catch (Exception error)
        {
            _scope.TryFault(error);
        }

        bool mine = TryFinish();
        Node.Release(Lease);
        if (mine)
        {
            End(Turn.Runtime.Now);
            speculation.Prefilled(_gate, Math.Max(0, EndedAt - Math.Min(RunningAt, EndedAt)));
        }

        using (speculation.Enter())
        {
            _done.TrySetResult();
            if (!_finalArrived && !speculation.IsOver && _next is { } next)
            {
                Take(_gate, speculation, _state, next.Envelope, next.Key);
            }
        }
    }

    /// <summary>Ends a prefill that the turn waits for and that takes too long.</summary>
    sealed class TimeUp(PrefillRun<TIn> run) : DeadlineEntry
    {
        internal override void OnDue(long now)
        {
            if (!run.IsDone)
            {
                run._scope.End();
                run.Turn.Runtime.Watcher.Cancel(run._scope.Source);
                run.Turn.GraceFor(run);
            }
        }
    }

    /// <summary>The scope of a prefill, which outlives its hypothesis and ends when it delays the final value.</summary>
    sealed class PrefillScope(TurnCore turn) : IWorkScope
    {
        volatile bool _isGone;

        public CancellationTokenSource Source { get; } = CancellationTokenSource.CreateLinkedTokenSource(turn.Token);

        public bool IsGone => _isGone;

        public bool IsUncommitted => true;

        public CancellationToken InnerToken => Source.Token;

        public long DueAt => long.MaxValue;

        public IWorkScope? Hypothesis => null;

        public void End() => _isGone = true;

        public bool TryFault(Exception error)
        {
            turn.Speculation!.CountFault(error);
            return true;
        }
    }
}
