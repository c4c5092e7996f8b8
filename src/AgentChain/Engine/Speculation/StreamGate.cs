using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The gate around a block that takes a value and produces a stream.</summary>
sealed class StreamGate<TIn, TOut> : EntryGate<TIn>
{
    readonly GateSettings<TIn, TOut> _settings;
    readonly StreamTarget<TOut> _next;

    public StreamGate(LinkContext scope, BlockNode node, object block, GateSettings<TIn, TOut> settings, StreamTarget<TOut> next)
        : base(scope, node, block, settings.Key, settings.KeysEqual)
    {
        (_settings, _next) = (settings, next);
        Exit = new ExitTarget();
    }

    /// <summary>The target of the block's stream.</summary>
    public StreamTarget<TOut> Exit { get; }

    protected override Attempt<TIn> Make(TurnSpeculation speculation, GateContext context, object? key, bool isCertain) =>
        new StreamAttempt<TIn, TOut>(this, speculation, context, key, isCertain) { IsGuessed = _settings.IsSource };

    protected override ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope)
    {
        Envelope<TIn> inside = Inside(run, envelope);
        Forget(EmitAsync(run));
        ValueTask accepted = Enter(inside);
        if (_settings.IsSource)
        {
            AskForGuesses((StreamAttempt<TIn, TOut>)run, inside);
        }

        return accepted;
    }

    void AskForGuesses(StreamAttempt<TIn, TOut> attempt, Envelope<TIn> inside)
    {
        if (_settings.StreamGuess is not { } source)
        {
            return;
        }

        if (source.IsSynchronous)
        {
            _ = AskAsync();
        }
        else
        {
            Runtime.Queue(this, _ => AskAsync());
        }

        Task AskAsync() => this.AskAsync(attempt, inside, source, 0, made => Guessed(attempt, made ?? default, inside.Cause!));
    }

    protected override ValueTask EmitAsync(Attempt<TIn> run)
    {
        var attempt = (StreamAttempt<TIn, TOut>)run;
        (StreamGuess<TOut>, HypothesisScope)? guess;
        GateContext context;
        using (attempt.Context.Turn.Speculation!.Enter())
        {
            context = attempt.Context;
            if (attempt.IsCertain)
            {
                attempt.Log.Commit();
            }

            if (attempt.IsTerminated || context.IsGone || !attempt.ClaimSending(context))
            {
                return default;
            }

            attempt.SupersedeHypotheses();
            guess = attempt.PublishIn(context);
        }

        Publish(attempt, context, guess);
        return new ValueTask(SendAsync(attempt, context));
    }

    void Guessed(StreamAttempt<TIn, TOut> attempt, in Hypothesis<IReadOnlyList<TOut>> made, TraceStep cause)
    {
        if (made is not { Probability: > 0 and <= 1, Value.Count: > 0 })
        {
            return;
        }

        var guess = new StreamGuess<TOut>([.. made.Value], made.Probability, made.Features, cause);
        TurnSpeculation speculation = attempt.Context.Turn.Speculation!;
        (StreamGuess<TOut>, HypothesisScope)? published = null;
        GateContext context;
        using (speculation.Enter())
        {
            context = attempt.Context;
            if (!speculation.IsOver && !context.IsGone && attempt.TryGuess(guess))
            {
                published = attempt.PublishIn(context);
            }
        }

        Publish(attempt, context, published);
    }

    void Publish(StreamAttempt<TIn, TOut> attempt, GateContext context, (StreamGuess<TOut> Guess, HypothesisScope Hypothesis)? guess)
    {
        if (guess is { } published)
        {
            _ = SendGuessAsync(attempt, context, published.Guess, published.Hypothesis);
        }
    }

    /// <summary>Sends the guessed items downstream, as a stream parallel to the one that is produced.</summary>
    async Task SendGuessAsync(StreamAttempt<TIn, TOut> attempt, GateContext context, StreamGuess<TOut> guess, HypothesisScope hypothesis)
    {
        TraceStep last = Next(context.Cause);
        ItemWriter<TOut> sink = await _next.OpenAsync(context.Turn, last, context.Frame);
        foreach (TOut item in guess.Items)
        {
            if (hypothesis.IsGone)
            {
                return;
            }

            last = Next(last);
            await sink.WriteAsync(item, last, last.EndedAt);
        }

        await sink.CompleteAsync(last);

        SpeculativeStep Next(TraceStep? cause)
        {
            long now = Runtime.Now;
            var step = new SpeculativeStep(context.Turn, Node, cause, now)
            {
                Scope = hypothesis, Attempt = attempt, Baggage = attempt.BaggageBehind(guess.Made),
            };
            step.End(now);
            return step;
        }
    }

    async Task SendAsync(StreamAttempt<TIn, TOut> attempt, GateContext context)
    {
        TurnCore turn = context.Turn;
        if (!await CommitHookInvocation.BeforeItemsAsync(attempt))
        {
            return;
        }

        // Opening the stream is not work; its items account for the run.
        var opening = new SpeculativeStep(turn, Node, context.Cause, context.At) { Scope = context.Scope, Attempt = attempt, Worked = 0 };
        opening.End(context.At);
        ItemWriter<TOut> sink = await _next.OpenAsync(turn, opening, context.Frame);
        TraceStep? last = await attempt.SendAsync(context, context.Scope, null, sink);
        using (turn.Speculation!.Enter())
        {
            attempt.Sent(context);
        }

        if (last is not null && await CommitHookInvocation.AfterItemsAsync(attempt))
        {
            await sink.CompleteAsync(last);
        }

        Sweep(turn.Speculation!);
    }

    sealed class ExitTarget : StreamTarget<TOut>
    {
        public override ValueTask<ItemWriter<TOut>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame) =>
            new(new ReplayWriter<TIn, TOut>((StreamAttempt<TIn, TOut>)cause.Scope!));
    }
}
