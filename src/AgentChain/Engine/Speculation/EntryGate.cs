using System.Collections.Concurrent;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The commit test upstream of a block:
/// <code>
///   a value ──> (1) its key ──> is there a run with an equal key that read the same?
///                                  │yes                                │no
///                  uncommitted: (2) adopted; its output continues uncommitted: (3) the controller says: start, later, no;
///                      from here, if its old value was retracted                   runs on retracted values are terminated
///                  final:       (4) committed; all others are     final:       (5) all are terminated, the block runs
///                      terminated
/// </code>
/// In all cases, the decisions of the controller are resolved when the final value arrives.
/// </summary>
abstract class EntryGate<TIn> : SpeculationGate<TIn>
{
    readonly ConcurrentDictionary<int, bool> _guessesReported = new();
    Target<TIn> _inner = null!;

    protected EntryGate(LinkContext scope, BlockNode node, object block, Func<TIn, object?>? key, Func<object?, object?, bool> equal)
        : base(scope, node, block, key, equal) =>
        Warmer = Level == SpeculationLevel.Prefill ? block as IPrefill<TIn> : null;

    /// <summary>The prefill that is called for hypotheses; null if the block runs on them, or waits.</summary>
    public IPrefill<TIn>? Warmer { get; }

    /// <summary>Places the gate around the target that runs the block.</summary>
    public Target<TIn> Around(Target<TIn> inner)
    {
        _inner = inner;
        return new EntryTarget(this);
    }

    /// <summary>Starts the block on a value.</summary>
    protected abstract ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope);

    /// <summary>Sends the available output of a run downstream, in its current context.</summary>
    protected abstract ValueTask EmitAsync(Attempt<TIn> run);

    /// <summary>Handles a value for the block.</summary>
    ValueTask Arrive(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver || !TryKey(envelope.Value, envelope.Cause, envelope.Turn, out object? key))
        {
            return default;
        }

        if (!envelope.IsUncommitted)
        {
            return TakeFinal(envelope, key);
        }

        if (Level == SpeculationLevel.None)
        {
            return default;
        }

        TurnSpeculation speculation = envelope.Turn.Speculation!;
        Attempt<TIn>? adopted = null;
        Attempt<TIn>? started = null;
        using (speculation.Enter())
        {
            GateState<TIn> state = speculation.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver || speculation.IsOver || state.HasFinal)
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
                started = Consult(speculation, state, envelope, key, context);
                TerminateTakenBack(state, started);
            }
        }

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

    /// <summary>
    /// (3) Asks the controller about a value and applies its decision. The caller starts the returned run after it leaves the lock.
    /// </summary>
    public Attempt<TIn>? Consult(
        TurnSpeculation speculation, GateState<TIn> state, in Envelope<TIn> envelope, object? key, GateContext context)
    {
        state.Saw(key, KeysEqual);
        state.Later = null;
        long now = Runtime.Now;
        SpeculationRequest request = Ask(speculation, context.Scope!.RestsOn!, state.Unchanged, state.Started, now);
        SpeculationDecision decision = state.Runs.Count(run => run.Stands && !run.Context.IsGone) >= Node.Settings.MaxSpeculations
            && Warmer is null
            ? new(SpeculationVerdict.Decline, SpeculationReason.EdgeFull, request.Probability, TimeSpan.Zero, request.Work)
            : Decide(speculation, request);
        Attempt<TIn>? started = null;
        switch (decision.Verdict)
        {
            case SpeculationVerdict.Start when Warmer is not null:
                PrefillRun<TIn>.Take(this, speculation, state, envelope, key);
                break;
            case SpeculationVerdict.Start:
                started = Make(speculation, context, key, isCertain: false);
                state.Runs.Add(started);
                state.Started++;
                speculation.Started(started);
                break;
            case SpeculationVerdict.Later:
                DeferredDecision<TIn>.Set(this, state, envelope, key, decision.AskAgainIn, speculation);
                break;
        }

        state.Propose(new Proposal<TIn>(key, request, decision, started));
        return started;
    }

    /// <summary>Asks the controller again about an unchanged value.</summary>
    public void AskAgain(DeferredDecision<TIn> later)
    {
        Envelope<TIn> envelope = later.Envelope;
        TurnSpeculation speculation = envelope.Turn.Speculation!;
        Attempt<TIn>? started;
        using (speculation.Enter())
        {
            GateState<TIn> state = speculation.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver || speculation.IsOver || !ReferenceEquals(state.Later, later))
            {
                return;
            }

            started = Consult(speculation, state, envelope, later.Key, GateContext.Of(envelope));
        }

        if (started is not null)
        {
            Forget(StartAsync(started, envelope));
        }
    }

    /// <summary>(4) or (5): handles the final value.</summary>
    ValueTask TakeFinal(in Envelope<TIn> envelope, object? key)
    {
        TurnSpeculation speculation = envelope.Turn.Speculation!;
        Attempt<TIn>? match;
        Attempt<TIn>? fresh = null;
        PrefillRun<TIn>? warming;
        using (speculation.Enter())
        {
            GateState<TIn> state = speculation.StateOf<GateState<TIn>>(this);
            if (envelope.IsOver)
            {
                return default;
            }

            (state.HasFinal, state.Later) = (true, null);
            LearnNext(envelope.Cause);
            LearnSalvage(state.Runs, envelope.Cause, key);
            var context = GateContext.Of(envelope);
            match = Find(state.Runs, key, context);
            ResolveAll(speculation, state, key, match);
            match?.Commit(context);
            fresh = match is null ? Make(speculation, context, key, isCertain: true) : null;
            foreach (Attempt<TIn> run in state.Runs)
            {
                if (!ReferenceEquals(run, match))
                {
                    run.HandOverTo(match ?? fresh);
                    run.Terminate();
                }
            }

            state.Runs.Clear();
            state.Runs.Add((match ?? fresh)!);

            warming = state.Prefill;
            if (warming is not null)
            {
                warming.FinalArrived(key);
            }
        }

        return match is not null ? EmitAsync(match)
            : warming is { IsDone: false } ? new ValueTask(StartAfterAsync(warming, fresh!, envelope))
            : StartAsync(fresh!, envelope);
    }

    async Task StartAfterAsync(PrefillRun<TIn> warming, Attempt<TIn> run, Envelope<TIn> envelope)
    {
        await warming.Done;
        await StartAsync(run, envelope);
    }

    /// <summary>Returns the reusable run for a key in a context; null if there is none.</summary>
    Attempt<TIn>? Find(List<Attempt<TIn>> runs, object? key, GateContext context)
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

    static void TerminateTakenBack(GateState<TIn> state, Attempt<TIn>? successor)
    {
        for (int i = state.Runs.Count - 1; i >= 0; i--)
        {
            Attempt<TIn> run = state.Runs[i];
            if (!ReferenceEquals(run, successor) && (run.Context.IsGone || !run.Stands))
            {
                run.HandOverTo(successor);
                run.Terminate();
                state.Runs.RemoveAt(i);
            }
        }
    }

    /// <summary>
    /// Asks a source for guesses of a run's output. Never throws: a source that fails costs its own guesses only, is counted each time and
    /// logged once.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="inside">The run's input.</param>
    /// <param name="source">The source.</param>
    /// <param name="index">The position of the source among those of the block.</param>
    /// <param name="take">Takes the guesses.</param>
    protected async Task AskAsync<TGuess>(
        Attempt<TIn> run, Envelope<TIn> inside, GuessSource<TIn, TGuess> source, int index, Action<TGuess> take)
    {
        try
        {
            take(await source.AskAsync(inside.Value, new BlockContext(inside.Cause!), run.InnerToken));
        }
        catch (Exception error)
        {
            inside.Turn.Speculation!.CountFault(error);
            if (error is not OperationCanceledException)
            {
                ReportGuess(index, $"threw {error.GetType().FullName}");
            }
        }
    }

    /// <summary>Logs the first failure of a source of guesses.</summary>
    protected void ReportGuess(int index, string failure)
    {
        if (_guessesReported.TryAdd(index, true))
        {
            Runtime.Log.GuessFailed(Runtime.Name, Node.Name, index + 1, failure);
        }
    }

    /// <summary>Sends a value into the block.</summary>
    protected ValueTask Enter(in Envelope<TIn> inside) => _inner.SendAsync(inside);

    /// <summary>Returns a value for the block, in the scope of a run.</summary>
    protected Envelope<TIn> Inside(Attempt<TIn> run, in Envelope<TIn> envelope) =>
        new(envelope.Turn, envelope.Value, TraceStep.At(envelope.Turn, Node, envelope.Cause, run), envelope.Frame, envelope.At);

    sealed class EntryTarget(EntryGate<TIn> gate) : Target<TIn>
    {
        public override ValueTask SendAsync(in Envelope<TIn> envelope) => gate.Arrive(envelope);
    }
}
