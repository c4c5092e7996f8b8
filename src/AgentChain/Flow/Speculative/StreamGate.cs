using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>The gate around a block that takes a value and makes a stream.</summary>
sealed class StreamGate<TIn, TOut> : EntryGate<TIn>
{
    readonly GateSettings<TIn, TOut> _settings;
    readonly StreamReceiver<TOut> _next;

    public StreamGate(LinkScope scope, FlowNode node, object block, GateSettings<TIn, TOut> settings, StreamReceiver<TOut> next)
        : base(scope, node, block, settings.Key, settings.KeysEqual)
    {
        (_settings, _next) = (settings, next);
        Exit = new ExitReceiver();
    }

    /// <summary>Where the block's stream goes.</summary>
    public StreamReceiver<TOut> Exit { get; }

    protected override Attempt<TIn> Make(Ledger ledger, GateContext context, object? key, bool isCertain) =>
        new StreamAttempt<TIn, TOut>(this, ledger, context, key, isCertain) { IsGuessed = _settings.IsSource };

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
        if (_settings.StreamGuess is { } guess)
        {
            Guess(inside, guess, made => Guessed(attempt, made ?? default, inside.Cause!));
        }

        if (_settings.StreamPredictor is { } predictor)
        {
            Predict(attempt, inside, predictor, made => Guessed(attempt, made, inside.Cause!));
        }
    }

    protected override ValueTask EmitAsync(Attempt<TIn> run)
    {
        var attempt = (StreamAttempt<TIn, TOut>)run;
        var after = default(Aftermath);
        (StreamGuess<TOut>, Wave)? guess;
        GateContext context;
        lock (attempt.Context.Turn.Ledger!.Gate)
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

            attempt.SupersedeWaves(ref after);
            guess = attempt.PublishIn(context);
        }

        after.Run();
        Publish(attempt, context, guess);
        return new ValueTask(SendAsync(attempt, context));
    }

    void Guessed(StreamAttempt<TIn, TOut> attempt, in Hypothesis<IReadOnlyList<TOut>> made, Hop cause)
    {
        if (made is not { Probability: > 0 and <= 1, Value.Count: > 0 })
        {
            return;
        }

        var guess = new StreamGuess<TOut>([.. made.Value], made.Probability, made.Features, cause);
        Ledger ledger = attempt.Context.Turn.Ledger!;
        var after = default(Aftermath);
        (StreamGuess<TOut>, Wave)? published = null;
        GateContext context;
        lock (ledger.Gate)
        {
            context = attempt.Context;
            if (!ledger.IsOver && !context.IsGone && attempt.TryGuess(guess, ref after))
            {
                published = attempt.PublishIn(context);
            }
        }

        after.Run();
        Publish(attempt, context, published);
    }

    void Publish(StreamAttempt<TIn, TOut> attempt, GateContext context, (StreamGuess<TOut> Guess, Wave Wave)? guess)
    {
        if (guess is { } published)
        {
            _ = SendGuessAsync(attempt, context, published.Guess, published.Wave);
        }
    }

    /// <summary>Sends the guessed items on, as a stream beside the one that is made.</summary>
    async Task SendGuessAsync(StreamAttempt<TIn, TOut> attempt, GateContext context, StreamGuess<TOut> guess, Wave wave)
    {
        Hop last = Next(context.Cause);
        ItemSink<TOut> sink = await _next.OpenAsync(context.Turn, last, context.Frame);
        foreach (TOut item in guess.Items)
        {
            if (wave.IsGone)
            {
                return;
            }

            last = Next(last);
            await sink.WriteAsync(item, last, last.EndedAt);
        }

        await sink.CompleteAsync(last);

        GateHop Next(Hop? cause)
        {
            long now = Runtime.Now;
            var hop = new GateHop(context.Turn, Node, cause, now) { Scope = wave, Attempt = attempt, Baggage = attempt.BaggageBehind(guess.Made) };
            hop.End(now);
            return hop;
        }
    }

    async Task SendAsync(StreamAttempt<TIn, TOut> attempt, GateContext context)
    {
        TurnState turn = context.Turn;
        if (attempt.ClaimTelling() && !await HookCall.CommittedAsync(attempt))
        {
            return;
        }

        var opening = new GateHop(turn, Node, context.Cause, context.At) { Scope = context.Scope, Attempt = attempt, Worked = 0 };
        opening.End(context.At);
        ItemSink<TOut> sink = await _next.OpenAsync(turn, opening, context.Frame);
        Hop? last = await attempt.SendAsync(context, context.Scope, null, sink);
        lock (turn.Ledger!.Gate)
        {
            attempt.Sent(context);
        }

        if (last is not null)
        {
            await sink.CompleteAsync(last);
        }

        Sweep(turn.Ledger!);
    }

    sealed class ExitReceiver : StreamReceiver<TOut>
    {
        public override ValueTask<ItemSink<TOut>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
            new(new LogSink<TIn, TOut>((StreamAttempt<TIn, TOut>)cause.Scope!));
    }
}
