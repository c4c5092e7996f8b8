using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>The gate around a block that produces one value.</summary>
sealed class ValueGate<TIn, TOut> : EntryGate<TIn>
{
    /// <summary>The number of guesses of one output that are used. Only a bound: the sequence is the host's, and may not end.</summary>
    const int MostGuesses = 64;

    readonly GateSettings<TIn, TOut> _settings;
    readonly Target<TOut> _next;

    public ValueGate(LinkContext scope, BlockNode node, object block, GateSettings<TIn, TOut> settings, Target<TOut> next)
        : base(scope, node, block, settings.Key, settings.KeysEqual)
    {
        (_settings, _next) = (settings, next);
        Exit = new ExitTarget(this);
    }

    /// <summary>The target of the block's output and of its hypotheses.</summary>
    public ExitTarget Exit { get; }

    protected override Attempt<TIn> Make(TurnSpeculation speculation, GateContext context, object? key, bool isCertain) =>
        new ValueAttempt<TIn, TOut>(this, speculation, context, key, isCertain);

    protected override ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope)
    {
        Envelope<TIn> inside = Inside(run, envelope);
        ValueTask accepted = Enter(inside);
        if (_settings.IsSource)
        {
            AskForGuesses((ValueAttempt<TIn, TOut>)run, inside);
        }

        return accepted;
    }

    void AskForGuesses(ValueAttempt<TIn, TOut> attempt, Envelope<TIn> inside)
    {
        // Several sources do not wait for each other: one that blocks its thread delays its own guesses only.
        bool inPlace = _settings.Guesses is [{ IsSynchronous: true }];
        for (int i = 0; i < _settings.Guesses.Count; i++)
        {
            int index = i;
            if (inPlace)
            {
                _ = AskAsync(attempt, inside, index);
            }
            else
            {
                Runtime.Queue(this, gate => gate.AskAsync(attempt, inside, index));
            }
        }
    }

    Task AskAsync(ValueAttempt<TIn, TOut> attempt, Envelope<TIn> inside, int index) =>
        AskAsync(attempt, inside, _settings.Guesses[index], index, made => Guessed(attempt, index, made, inside.Cause!));

    protected override ValueTask EmitAsync(Attempt<TIn> run)
    {
        var attempt = (ValueAttempt<TIn, TOut>)run;
        TurnCore turn = attempt.Context.Turn;
        TurnSpeculation speculation = turn.Speculation!;
        Envelope<TOut>? output = null;
        List<Envelope<TOut>> guesses = [];
        using (speculation.Enter())
        {
            GateContext context = attempt.Context;
            if (attempt.IsTerminated || context.IsGone || ReferenceEquals(attempt.SentIn, context))
            {
                return default;
            }

            attempt.SentIn = context;
            if (attempt.HasOutput)
            {
                SpeculativeStep step = attempt.Leaving(context);
                output = new(turn, attempt.Output, step, context.Frame, step.EndedAt);
            }
            else
            {
                attempt.SupersedeHypotheses();
                guesses = attempt.PublishIn(context);
            }
        }

        if (output is not { } certain)
        {
            Send(speculation, guesses);
            return default;
        }

        return attempt.ClaimTelling()
            ? new ValueTask(SendAfterHookAsync(attempt, speculation, certain))
            : Send(speculation, certain);
    }

    ValueTask Send(TurnSpeculation speculation, in Envelope<TOut> output)
    {
        ValueTask sent = _next.SendAsync(output);
        Sweep(speculation);
        return sent;
    }

    void Send(TurnSpeculation speculation, List<Envelope<TOut>> guesses)
    {
        foreach (Envelope<TOut> guess in guesses)
        {
            Forget(_next.SendAsync(guess));
        }

        Sweep(speculation);
    }

    async Task SendAfterHookAsync(ValueAttempt<TIn, TOut> attempt, TurnSpeculation speculation, Envelope<TOut> output)
    {
        if (await CommitHookInvocation.CommittedAsync(attempt))
        {
            await Send(speculation, output);
        }
    }

    /// <summary>Adds the guesses of one source to those that other sources have made.</summary>
    void Guessed(ValueAttempt<TIn, TOut> attempt, int source, IEnumerable<Hypothesis<TOut>>? made, TraceStep cause)
    {
        if (made is null)
        {
            attempt.Context.Turn.Speculation!.CountFault(new InvalidOperationException("A source of guesses returned null."));
            ReportGuess(source, "returned null");
            return;
        }

        List<Hypothesis<TOut>> guesses =
            [.. made.Take(MostGuesses).Where(h => h.Probability is > 0 and <= 1).OrderByDescending(h => h.Probability)];
        if (guesses.Count == 0)
        {
            return;
        }

        TurnSpeculation speculation = attempt.Context.Turn.Speculation!;
        List<Envelope<TOut>>? added = null;
        using (speculation.Enter())
        {
            if (attempt.IsTerminated || attempt.HasOutput || speculation.IsOver)
            {
                return;
            }

            attempt.Add(guesses, cause);
            if (ReferenceEquals(attempt.SentIn, attempt.Context))
            {
                // The guesses of other sources were sent already; work that began on them continues.
                added = attempt.Context.IsGone ? [] : attempt.Publish(guesses, attempt.Context);
            }
        }

        if (added is null)
        {
            Forget(EmitAsync(attempt));
        }
        else
        {
            Send(speculation, added);
        }
    }

    /// <summary>Replaces the hypothesis that the block has published.</summary>
    void Publish(ValueAttempt<TIn, TOut> attempt, in Hypothesis<TOut> hypothesis, TraceStep made)
    {
        TurnSpeculation speculation = attempt.Context.Turn.Speculation!;
        using (speculation.Enter())
        {
            if (attempt.IsTerminated || attempt.HasOutput || speculation.IsOver)
            {
                return;
            }

            attempt.SupersedeHypotheses();
            attempt.Revise(hypothesis, made);
        }

        Forget(EmitAsync(attempt));
    }

    ValueTask Made(ValueAttempt<TIn, TOut> attempt, TOut value, TraceStep made)
    {
        TurnSpeculation speculation = attempt.Context.Turn.Speculation!;
        using (speculation.Enter())
        {
            if (attempt.IsTerminated)
            {
                return default;
            }

            attempt.SupersedeHypotheses();
            attempt.Set(value, made);
        }

        return EmitAsync(attempt);
    }

    /// <summary>The downstream side of the gate, to which the block sends.</summary>
    public sealed class ExitTarget(ValueGate<TIn, TOut> gate) : Target<TOut>, IHypothesisTarget<TOut>
    {
        public override ValueTask SendAsync(in Envelope<TOut> envelope) =>
            gate.Made((ValueAttempt<TIn, TOut>)envelope.Cause!.Scope!, envelope.Value, envelope.Cause);

        public void Publish(TraceStep run, in Hypothesis<TOut> hypothesis) =>
            gate.Publish((ValueAttempt<TIn, TOut>)run.Scope!, hypothesis, run);
    }
}
