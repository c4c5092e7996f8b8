using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>An attempt of a stream block, with the items that it has produced.</summary>
sealed class StreamAttempt<TIn, TOut>(SpeculationGate gate, TurnSpeculation speculation, GateContext context, object? key, bool isCertain)
    : Attempt<TIn>(gate, speculation, context, key, isCertain)
{
    GateContext? _sentIn;
    GateContext? _sentAllIn;
    StreamGuess<TOut>? _guess;
    int _made;

    /// <summary>Whether its items can be guessed before they are produced.</summary>
    public bool IsGuessed { get; init; }

    public ReplayBuffer<TOut> Log { get; } = new(gate.Plan.Options.HoldCapacity, gate.Node.Settings.StreamCapacity);

    public override bool HasOutput => ReferenceEquals(_sentAllIn, Context);

    /// <summary>
    /// Claims to send the items in a context; false if that was claimed before. Under the lock of the turn's speculation.
    /// </summary>
    public bool ClaimSending(GateContext context)
    {
        if (ReferenceEquals(_sentIn, context))
        {
            return false;
        }

        _sentIn = context;
        return true;
    }

    /// <summary>
    /// Records that all items were sent in a context; false if the run has another context by now. Under the lock of the turn's
    /// speculation.
    /// </summary>
    public bool Sent(GateContext context)
    {
        if (!ReferenceEquals(Context, context))
        {
            return false;
        }

        _sentAllIn = context;
        return true;
    }

    /// <summary>Keeps an item, and retracts a guess that it contradicts.</summary>
    public ValueTask AppendAsync(TOut item, TraceStep cause, long at)
    {
        if (IsGuessed)
        {
            Compare(item);
        }

        return Log.AppendAsync(item, cause, at);
    }

    public void Ended(TraceStep last, (BlockNode Node, Exception Error)? failure)
    {
        _guess = null;
        SupersedeHypotheses();
        Log.Complete(last, failure);
        Hold();
    }

    /// <summary>Accepts a guess unless the block has begun to produce items. Under the lock of the turn's speculation.</summary>
    public bool TryGuess(StreamGuess<TOut> guess)
    {
        if (IsTerminated || _made > 0 || Log.Last is not null)
        {
            return false;
        }

        SupersedeHypotheses();
        _guess = guess;
        return true;
    }

    /// <summary>
    /// Returns the guess as a hypothesis of its own, in a context; null if there is none. In an uncommitted context the guess ends with the
    /// first produced item, because two uncommitted streams would take each other's runs. Under the lock of the turn's speculation.
    /// </summary>
    public (StreamGuess<TOut> Guess, HypothesisScope Hypothesis)? PublishIn(GateContext context)
    {
        if (_guess is not { } guess || (context.IsUncommitted && _made > 0))
        {
            return null;
        }

        var hypothesis = new HypothesisScope(context.Turn, context.Scope, guess.Probability, guess.Features, Gate.Runtime.Now);
        Hypotheses.Add(hypothesis);
        return (guess, hypothesis);
    }

    void Compare(TOut item)
    {
        StreamGuess<TOut>? guess = Volatile.Read(ref _guess);
        bool agrees = guess is not null && Agrees(guess.Items, item);
        using (Context.Turn.Speculation!.Enter())
        {
            _made++;
            _guess = agrees && ReferenceEquals(_guess, guess) ? guess : null;
            if (_guess is null || Context.IsUncommitted)
            {
                SupersedeHypotheses();
            }
        }
    }

    bool Agrees(IReadOnlyList<TOut> items, TOut item)
    {
        try
        {
            return _made < items.Count && EqualityComparer<TOut>.Default.Equals(items[_made], item);
        }
        catch (Exception error)
        {
            Gate.Runtime.Log.ComparisonFailed(Gate.Runtime.Name, Gate.Node.Name, error.GetType().FullName);
            return false;
        }
    }

    public override void Adopt(GateContext context)
    {
        base.Adopt(context);
        Log.Poke();
    }

    protected override void Closed() => Speculation.Do(Log.Close);

    /// <summary>
    /// Releases the input and the items of a committed run whose items were all sent. Under the lock of the turn's speculation.
    /// </summary>
    public void Forget()
    {
        ForgetInput();
        Log.Forget();
    }

    /// <summary>
    /// Sends the items in a context, including those still to come. Returns the step of the end, or null if the context or the run ended,
    /// or if the run failed, which was reported to the writer.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="scope">The scope of the sent items.</param>
    /// <param name="previous">The step that was sent before the first item; null if there is none.</param>
    /// <param name="sink">The writer that receives the items.</param>
    public async Task<TraceStep?> SendAsync(GateContext context, IWorkScope? scope, TraceStep? previous, ItemWriter<TOut> sink)
    {
        long start = context.Turn.StartedAt;
        long given = SpeculativeStep.SequentialEnd(context.Cause, start);
        long before = previous is null ? given : Math.Max(given, SpeculativeStep.SequentialEnd(previous, start));
        SpeculativeStep? last = null;
        long workedFrom = 0;
        for (int i = 0; !context.IsGone && !IsTerminated; i++)
        {
            ReplayEntry<TOut> entry = Read(context, i);
            while (entry.Wait is { } wait)
            {
                await wait;
                if (context.IsGone || IsTerminated || !ReferenceEquals(Context, context))
                {
                    return null;
                }

                entry = Read(context, i);
            }

            if (entry.IsGone)
            {
                return null;
            }

            if (entry.End is { } end)
            {
                TraceStep step = Leaving(context, scope, last, before, end, ref workedFrom);
                if (Log.Failure is { } failure)
                {
                    await sink.FailAsync(failure.Node, failure.Error, step);
                    return null;
                }

                return step;
            }

            Item<TOut> made = entry.Item;
            last = Leaving(context, scope, last, before, made.Cause.AsOf(made.At), ref workedFrom);
            await sink.WriteAsync(made.Value, last, last.EndedAt);
        }

        return null;
    }

    /// <summary>Reads an item. Earlier items are forgotten if no other context can need them any more.</summary>
    ReplayEntry<TOut> Read(GateContext context, int index) => Log.Read(index, isLastReader: IsCertain && ReferenceEquals(Context, context));

    /// <summary>Creates the step of an item, or of the end, as it leaves the gate.</summary>
    /// <remarks>
    /// Derivation of <see cref="SpeculativeStep.Sequential"/>: without speculation, the run could have begun at <paramref name="before"/>,
    /// when both its input and the previous output were there, and would have reached an item after the working time up to that item. An
    /// early run adds the time since the item before; any other run has its time since its start.
    /// </remarks>
    /// <param name="context">The context in which it is sent.</param>
    /// <param name="scope">The scope of the step.</param>
    /// <param name="last">The step of the item before; null for the first.</param>
    /// <param name="before">The time at which the work could have begun without speculation.</param>
    /// <param name="made">The step that produced it.</param>
    /// <param name="workedFrom">The time from which the work on it counts; 0 for the start of the run.</param>
    SpeculativeStep Leaving(GateContext context, IWorkScope? scope, SpeculativeStep? last, long before, TraceStep made, ref long workedFrom)
    {
        SpeculativeStep step;
        if (!WasSpeculative)
        {
            long worked = Math.Max(0, made.EndedAt - (Run?.StartedAt ?? made.StartedAt));
            step = new SpeculativeStep(context.Turn, Gate.Node, made, made.EndedAt)
            {
                Scope = scope, Attempt = this, Baggage = BaggageBehind(made), Worked = worked, Sequential = before + worked,
            };
        }
        else
        {
            long began = workedFrom == 0 ? Run?.RunningAt ?? made.StartedAt : workedFrom;
            long worked = IdleTime.WorkBetween(Idle, began, made.EndedAt);
            workedFrom = Math.Max(began, made.EndedAt);

            // It starts with the first item, like a run in progress, so that it need not keep the steps of the items between.
            TraceStep? cause = context.Cause;
            step = new SpeculativeStep(context.Turn, Gate.Node, cause, last?.StartedAt ?? Math.Max(context.At, cause?.EndedAt ?? 0))
            {
                Scope = scope,
                Attempt = this,
                Baggage = BaggageBehind(made),
                Worked = worked,
                Sequential = (last?.Sequential ?? before) + worked,
            };
        }

        step.End(Math.Max(step.StartedAt, Gate.Runtime.Now));
        return step;
    }
}
