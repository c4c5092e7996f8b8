using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>A run of a block that makes a stream, and the items it has made.</summary>
sealed class StreamAttempt<TIn, TOut>(SpeculationGate gate, TurnSpeculation speculation, GateContext context, object? key, bool isCertain)
    : Attempt<TIn>(gate, speculation, context, key, isCertain)
{
    GateContext? _sentIn;
    GateContext? _sentAllIn;
    StreamGuess<TOut>? _guess;
    int _made;

    /// <summary>Whether its items may be guessed before they are made.</summary>
    public bool IsGuessed { get; init; }

    public ReplayBuffer<TOut> Log { get; } = new(gate.Plan.Options.HoldCapacity, gate.Node.Settings.StreamCapacity);

    public override bool HasOutput => ReferenceEquals(_sentAllIn, Context);

    /// <summary>Claims to send the items on from a context; false where somebody does already. Under the ledger's lock.</summary>
    public bool ClaimSending(GateContext context)
    {
        if (ReferenceEquals(_sentIn, context))
        {
            return false;
        }

        _sentIn = context;
        return true;
    }

    /// <summary>All items have gone on from a context.</summary>
    public void Sent(GateContext context)
    {
        if (ReferenceEquals(Context, context))
        {
            _sentAllIn = context;
        }
    }

    /// <summary>Keeps an item, and takes back a guess that said otherwise.</summary>
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

    /// <summary>Takes a guess, unless the block has begun to make items. Under the ledger's lock.</summary>
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
    /// The guess as a hypothesis of its own, on its way from a context. On a hypothesis it gives way to the first item made, since two
    /// streams that are both uncommitted would take each other's runs. Under the ledger's lock.
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

    /// <summary>Lets go of what the run was given and has made: it is certain, and all of it has gone on. Under the ledger's lock.</summary>
    public void Forget()
    {
        ForgetInput();
        Log.Forget();
    }

    /// <summary>
    /// Sends the items on from a context, those to come included. Gives the hop of the last, or null when nothing more goes on: the context or the
    /// run ended, or it failed, which the sink has been told.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="scope">What the items are inside of from there.</param>
    /// <param name="previous">What went on before the first of them; null for nothing.</param>
    /// <param name="sink">Where they go.</param>
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

    /// <summary>Reads an item; where no other place can want them any more, those before it are forgotten.</summary>
    ReplayEntry<TOut> Read(GateContext context, int index) => Log.Read(index, isLastReader: IsCertain && ReferenceEquals(Context, context));

    /// <summary>An item, or the end, as it leaves the gate: it has waited for its input, for what went on before it, and for the work.</summary>
    /// <param name="context">From where it goes on.</param>
    /// <param name="scope">What it is inside of from there.</param>
    /// <param name="last">The item before; null for the first.</param>
    /// <param name="before">When the work could have begun had nothing been speculative.</param>
    /// <param name="made">What made it.</param>
    /// <param name="workedFrom">From when on the work on it counts.</param>
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
            long worked = Math.Max(0, made.EndedAt - began);
            workedFrom = began + worked;

            // Its time is that from the first item on, as with a run that goes on, so that it need not hold on to the items between.
            TraceStep? cause = context.Cause;
            step = new SpeculativeStep(context.Turn, Gate.Node, cause, last?.StartedAt ?? Math.Max(context.At, cause?.EndedAt ?? 0))
            {
                Scope = scope, Attempt = this, Baggage = BaggageBehind(made), Worked = worked, Sequential = (last?.Sequential ?? before) + worked,
            };
        }

        step.End(Math.Max(step.StartedAt, Gate.Runtime.Now));
        return step;
    }
}
