using AgentChain.Blocks;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>
/// The commit test in front of a block:
/// <code>
///   a value ──> (1) its key ──> is there a run with an equal key that read the same?
///                                  │yes                                │no
///                  uncommitted: (2) adopted; its output goes on   uncommitted: (3) the controller says: start, later, no;
///                      from here, if its old value was taken back                  runs on values taken back are terminated
///                  certain:     (4) committed; all others are     certain:     (5) all are terminated, the block runs
///                      terminated
/// </code>
/// Whichever way, the questions put to the controller are resolved when the certain value comes.
/// </summary>
abstract class Gate<TIn> : Gate
{
    readonly Func<TIn, object?>? _key;

    protected Gate(LinkScope scope, FlowNode node, object block, Func<TIn, object?>? key, Func<object?, object?, bool> equal)
        : base(scope, node, block)
    {
        _key = key;
        KeysEqual = (a, b) =>
        {
            try
            {
                return equal(a, b);
            }
            catch (Exception error)
            {
                // Asked in the middle of a decision, where nothing can fail; not equal is always right.
                Runtime.Log.ComparisonFailed(Runtime.Name, node.Name, error.GetType().FullName);
                return false;
            }
        };
        Warmer = Level == SpeculationLevel.Prefill ? block as IPrefill<TIn> : null;
    }

    public Func<object?, object?, bool> KeysEqual { get; }

    /// <summary>What warms the block on hypotheses; null where it runs on them, or waits.</summary>
    public IPrefill<TIn>? Warmer { get; }

    protected bool TryKey(TIn value, Hop? cause, TurnState turn, out object? key)
    {
        try
        {
            key = _key is null ? value : _key(value);
            return true;
        }
        catch (Exception error)
        {
            key = null;
            if (cause is not null)
            {
                cause.Fail(Node, error);
            }
            else
            {
                turn.Fail(Node, error);
            }

            return false;
        }
    }

    /// <summary>Makes a run for the gate to keep.</summary>
    protected abstract Attempt<TIn> Make(Ledger ledger, GateContext context, TIn input, object? key, bool isCertain);

    /// <summary>Lets the block begin.</summary>
    protected abstract ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope);

    /// <summary>Sends on, from where a run's output goes on now, what there is of it.</summary>
    protected abstract ValueTask EmitAsync(Attempt<TIn> run);

    /// <summary>Takes a value for the block.</summary>
    protected ValueTask Arrive(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver || !TryKey(envelope.Value, envelope.Cause, envelope.Turn, out object? key))
        {
            return default;
        }

        if (!envelope.IsUncommitted)
        {
            return Settle(envelope, key);
        }

        if (Level == SpeculationLevel.None)
        {
            return default;
        }

        Ledger ledger = envelope.Turn.Ledger!;
        var after = default(Aftermath);
        Attempt<TIn>? adopted = null;
        Attempt<TIn>? started = null;
        lock (ledger.Gate)
        {
            GateState<TIn> state = ledger.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver || ledger.IsOver || state.IsSettled)
            {
                return default;
            }

            LearnNext(envelope.Cause);
            LearnSalvage(state.Runs, envelope.Cause, key);
            var context = GateContext.Of(envelope);
            if (Find(state.Runs, key, context) is { } match)
            {
                state.Saw(key, KeysEqual);
                if (match.Context.IsGone)
                {
                    match.Adopt(context);
                    adopted = match;
                }
            }
            else
            {
                started = Consult(ledger, state, envelope, key, context, ref after);
                TerminateTakenBack(state, started, ref after);
            }
        }

        after.Run();
        if (adopted is not null)
        {
            Forget(EmitAsync(adopted));
        }
        else if (started is not null)
        {
            Forget(StartAsync(started, envelope));
        }

        return default;
    }

    /// <summary>(3) Asks the controller about a value, and does what it says but for starting the run. Under the lock.</summary>
    public Attempt<TIn>? Consult(
        Ledger ledger, GateState<TIn> state, in Envelope<TIn> envelope, object? key, GateContext context, ref Aftermath after)
    {
        state.Saw(key, KeysEqual);
        state.Later = null;
        long now = Runtime.Now;
        SpeculationRequest request = Ask(ledger, context.Scope!.Wave!, state.Unchanged, state.Started, now);
        SpeculationDecision decision = state.Runs.Count(run => run.Stands && !run.Context.IsGone) >= Node.Settings.MaxSpeculations && Warmer is null
            ? new(SpeculationVerdict.Decline, SpeculationReason.EdgeFull, request.Probability, TimeSpan.Zero, request.Work)
            : Decide(ledger, request);
        Attempt<TIn>? started = null;
        switch (decision.Verdict)
        {
            case SpeculationVerdict.Start when Warmer is not null:
                PrefillRun<TIn>.Take(this, ledger, state, envelope, key, ref after);
                break;
            case SpeculationVerdict.Start:
                started = Make(ledger, context, envelope.Value, key, isCertain: false);
                state.Runs.Add(started);
                state.Started++;
                ledger.Started(started);
                break;
            case SpeculationVerdict.Later:
                LaterAsk<TIn>.Set(this, state, envelope, key, decision.AskAgainIn, ref after);
                break;
        }

        state.Propose(new Proposal<TIn>(key, request, decision, started));
        return started;
    }

    /// <summary>Asks once more about a value that is as it was.</summary>
    public void AskAgain(LaterAsk<TIn> later)
    {
        Envelope<TIn> envelope = later.Envelope;
        Ledger ledger = envelope.Turn.Ledger!;
        var after = default(Aftermath);
        Attempt<TIn>? started;
        lock (ledger.Gate)
        {
            GateState<TIn> state = ledger.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver || ledger.IsOver || !ReferenceEquals(state.Later, later))
            {
                return;
            }

            started = Consult(ledger, state, envelope, later.Key, GateContext.Of(envelope), ref after);
        }

        after.Run();
        if (started is not null)
        {
            Forget(StartAsync(started, envelope));
        }
    }

    /// <summary>(4) or (5): the certain value.</summary>
    ValueTask Settle(in Envelope<TIn> envelope, object? key)
    {
        Ledger ledger = envelope.Turn.Ledger!;
        var after = default(Aftermath);
        Attempt<TIn>? match;
        Attempt<TIn>? fresh = null;
        PrefillRun<TIn>? warming;
        lock (ledger.Gate)
        {
            GateState<TIn> state = ledger.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver)
            {
                return default;
            }

            (state.IsSettled, state.Later) = (true, null);
            LearnNext(envelope.Cause);
            LearnSalvage(state.Runs, envelope.Cause, key);
            var context = GateContext.Of(envelope);
            match = Find(state.Runs, key, context);
            ResolveAll(ledger, state, key, match);
            match?.Commit(context, ref after);
            fresh = match is null ? Make(ledger, context, envelope.Value, key, isCertain: true) : null;
            foreach (Attempt<TIn> run in state.Runs)
            {
                if (!ReferenceEquals(run, match))
                {
                    run.HandOverTo(match ?? fresh);
                    run.Terminate(ref after);
                }
            }

            state.Runs.Clear();
            state.Runs.Add((match ?? fresh)!);

            warming = state.Prefill;
            if (warming is not null)
            {
                warming.Settle(key, ref after);
            }
        }

        after.Run();
        return match is not null ? EmitAsync(match)
            : warming is { IsDone: false } ? new ValueTask(StartAfterAsync(warming, fresh!, envelope))
            : StartAsync(fresh!, envelope);
    }

    async Task StartAfterAsync(PrefillRun<TIn> warming, Attempt<TIn> run, Envelope<TIn> envelope)
    {
        await warming.Done;
        await StartAsync(run, envelope);
    }

    /// <summary>The run that stands for a key in a context.</summary>
    protected Attempt<TIn>? Find(List<Attempt<TIn>> runs, object? key, GateContext context)
    {
        foreach (Attempt<TIn> run in runs)
        {
            if (IsSame(run, key, context))
            {
                return run;
            }
        }

        return null;
    }

    protected bool IsSame(Attempt<TIn> run, object? key, GateContext context) =>
        run.Stands && KeysEqual(run.Key, key) && run.ReadsAlike(context);

    /// <summary>Remembers which gate leads here, to foresee how long the way behind a gate is.</summary>
    protected void LearnNext(Hop? cause)
    {
        if (GateHop.LatestAttempt(cause) is { Gate: var upstream } && !ReferenceEquals(upstream.Next, this) && !ReferenceEquals(upstream, this))
        {
            upstream.Next = this;
        }
    }

    /// <summary>Learns whether what rested on a run in front stands on what was made in that one's place.</summary>
    protected void LearnSalvage(List<Attempt<TIn>> runs, Hop? cause, object? key)
    {
        Attempt? upstream = runs.Count > 0 ? GateHop.LatestAttempt(cause) : null;
        foreach (Attempt<TIn> run in runs)
        {
            run.LearnSalvage(upstream, KeysEqual(run.Key, key));
        }
    }

    /// <summary>Resolves the questions about a value, or about one item of a stream.</summary>
    protected void ResolveAll(Ledger ledger, GateState<TIn> state, object? key, Attempt<TIn>? match, int index = 0)
    {
        long now = Runtime.Now;
        foreach (Proposal<TIn> proposal in state.Proposals)
        {
            if (proposal.Index != index)
            {
                continue;
            }

            Attempt<TIn>? run = proposal.Run;
            bool stood = run is not null && ReferenceEquals(run, match);
            Resolve(ledger, new SpeculationResolution
            {
                Request = proposal.Request,
                Decision = proposal.Decision,
                CameTrue = KeysEqual(proposal.Key, key),
                Started = run is not null,
                Saved = stood ? Elapsed(0, run!.Worked(now)) : TimeSpan.Zero,
                Wasted = run is not null && !stood ? Elapsed(0, run.Worked(now)) : TimeSpan.Zero,
            });
        }

        state.Proposals.RemoveAll(proposal => proposal.Index == index);
    }

    static void TerminateTakenBack(GateState<TIn> state, Attempt<TIn>? successor, ref Aftermath after)
    {
        for (int i = state.Runs.Count - 1; i >= 0; i--)
        {
            Attempt<TIn> run = state.Runs[i];
            if (!ReferenceEquals(run, successor) && (run.Context.IsGone || !run.Stands))
            {
                run.HandOverTo(successor);
                run.Terminate(ref after);
                state.Runs.RemoveAt(i);
            }
        }
    }

    /// <summary>Terminates what nothing can come to any more, after something has gone as far as it goes.</summary>
    protected static void Sweep(Ledger ledger)
    {
        var after = default(Aftermath);
        lock (ledger.Gate)
        {
            ledger.Sweep(ref after);
        }

        after.Run();
    }

    /// <summary>Nobody waits for room behind a hypothesis.</summary>
    protected static void Forget(ValueTask accepted)
    {
        if (!accepted.IsCompletedSuccessfully)
        {
            _ = accepted.AsTask();
        }
    }

    /// <summary>A value on its way into the block, inside a run's scope.</summary>
    protected Envelope<TIn> Inside(Attempt<TIn> run, in Envelope<TIn> envelope) =>
        new(envelope.Turn, envelope.Value, Hop.At(envelope.Turn, Node, envelope.Cause, run), envelope.Frame, envelope.At);
}

/// <summary>A question to be put to the controller again.</summary>
sealed class LaterAsk<TIn>(Gate<TIn> gate, in Envelope<TIn> envelope, object? key) : Budgets.DeadlineEntry
{
    public Envelope<TIn> Envelope { get; } = envelope;

    public object? Key => key;

    public static void Set(Gate<TIn> gate, GateState<TIn> state, in Envelope<TIn> envelope, object? key, TimeSpan wait, ref Aftermath after)
    {
        var later = new LaterAsk<TIn>(gate, envelope, key);
        state.Later = later;
        long due = Budgets.BudgetClock.Later(
            gate.Runtime.Now, Math.Max(1, Budgets.BudgetClock.ToTicks(wait, gate.Runtime.Time.TimestampFrequency)));
        after.Do(() => gate.Runtime.Watcher.Add(later, due));
    }

    internal override void OnDue(long now) => gate.Runtime.Queue(this, static later =>
    {
        later.Ask();
        return Task.CompletedTask;
    });

    void Ask() => gate.AskAgain(this);
}
