using AgentChain.Blocks;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>Where a block's hypotheses go.</summary>
interface IHypothesisSink<T>
{
    /// <summary>Takes a hypothesis of what a run will make; the one before is superseded.</summary>
    void Publish(Hop run, in Hypothesis<T> hypothesis);
}

/// <summary>The gate around a block that makes one value.</summary>
sealed class ValueGate<TIn, TOut> : EntryGate<TIn>
{
    /// <summary>How many guesses of one output are looked at; the sequence is the host's, and may not end.</summary>
    const int MostGuesses = 64;

    readonly GateSettings<TIn, TOut> _settings;
    readonly Receiver<TOut> _next;

    public ValueGate(LinkScope scope, FlowNode node, object block, GateSettings<TIn, TOut> settings, Receiver<TOut> next)
        : base(scope, node, block, settings.Key, settings.KeysEqual)
    {
        (_settings, _next) = (settings, next);
        Exit = new ExitReceiver(this);
    }

    /// <summary>Where the block's output goes, and its hypotheses.</summary>
    public ExitReceiver Exit { get; }

    protected override Attempt<TIn> Make(Ledger ledger, GateContext context, object? key, bool isCertain) =>
        new ValueAttempt(this, ledger, context, key, isCertain);

    protected override ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope)
    {
        Envelope<TIn> inside = Inside(run, envelope);
        ValueTask accepted = Enter(inside);
        if (_settings.IsSource)
        {
            AskForGuesses((ValueAttempt)run, inside);
        }

        return accepted;
    }

    void AskForGuesses(ValueAttempt attempt, Envelope<TIn> inside)
    {
        if (_settings.Guess is { } guess)
        {
            Guess(inside, guess, made => Guessed(attempt, made, inside.Cause!));
        }

        if (_settings.Predictor is { } predictor)
        {
            Predict(attempt, inside, predictor, made => Guessed(attempt, [made], inside.Cause!));
        }
    }

    protected override ValueTask EmitAsync(Attempt<TIn> run)
    {
        var attempt = (ValueAttempt)run;
        TurnState turn = attempt.Context.Turn;
        Ledger ledger = turn.Ledger!;
        var after = default(Aftermath);
        Envelope<TOut>? output = null;
        List<Envelope<TOut>> guesses = [];
        lock (ledger.Gate)
        {
            GateContext context = attempt.Context;
            if (attempt.IsTerminated || context.IsGone || ReferenceEquals(attempt.SentIn, context))
            {
                return default;
            }

            attempt.SentIn = context;
            if (attempt.HasOutput)
            {
                GateHop hop = attempt.Leaving(context);
                output = new(turn, attempt.Output, hop, context.Frame, hop.EndedAt);
            }
            else
            {
                attempt.SupersedeWaves(ref after);
                guesses = attempt.PublishIn(context);
            }
        }

        after.Run();
        if (output is not { } certain)
        {
            foreach (Envelope<TOut> guess in guesses)
            {
                Forget(_next.AcceptAsync(guess));
            }

            Sweep(ledger);
            return default;
        }

        return attempt.ClaimTelling()
            ? new ValueTask(SendAfterHookAsync(attempt, ledger, certain))
            : Send(ledger, certain);
    }

    ValueTask Send(Ledger ledger, in Envelope<TOut> output)
    {
        ValueTask sent = _next.AcceptAsync(output);
        Sweep(ledger);
        return sent;
    }

    async Task SendAfterHookAsync(ValueAttempt attempt, Ledger ledger, Envelope<TOut> output)
    {
        if (await HookCall.CommittedAsync(attempt))
        {
            await Send(ledger, output);
        }
    }

    void Guessed(ValueAttempt attempt, IEnumerable<Hypothesis<TOut>> made, Hop cause)
    {
        List<Hypothesis<TOut>> guesses = [.. made.Take(MostGuesses).Where(h => h.Probability is > 0 and <= 1).OrderByDescending(h => h.Probability)];
        if (guesses.Count > 0)
        {
            Publish(attempt, guesses, cause);
        }
    }

    void Publish(ValueAttempt attempt, List<Hypothesis<TOut>> guesses, Hop made)
    {
        Ledger ledger = attempt.Context.Turn.Ledger!;
        var after = default(Aftermath);
        lock (ledger.Gate)
        {
            if (attempt.IsTerminated || attempt.HasOutput || ledger.IsOver)
            {
                return;
            }

            attempt.SupersedeWaves(ref after);
            attempt.Guessed(guesses, made);
        }

        after.Run();
        Forget(EmitAsync(attempt));
    }

    ValueTask Made(ValueAttempt attempt, TOut value, Hop made)
    {
        Ledger ledger = attempt.Context.Turn.Ledger!;
        var after = default(Aftermath);
        lock (ledger.Gate)
        {
            if (attempt.IsTerminated)
            {
                return default;
            }

            attempt.SupersedeWaves(ref after);
            attempt.Set(value, made);
        }

        after.Run();
        return EmitAsync(attempt);
    }

    /// <summary>A run of the block, and its output once it is there.</summary>
    sealed class ValueAttempt(ValueGate<TIn, TOut> gate, Ledger ledger, GateContext context, object? key, bool isCertain)
        : Attempt<TIn>(gate, ledger, context, key, isCertain)
    {
        List<Hypothesis<TOut>>? _guesses;
        Hop? _made;
        bool _hasOutput;

        public TOut Output { get; private set; } = default!;

        public override bool HasOutput => _hasOutput;

        /// <summary>Where the output, or the guesses of it, went on last.</summary>
        public GateContext? SentIn { get; set; }

        public void Set(TOut value, Hop made)
        {
            (Output, _made, _hasOutput, _guesses, SentIn) = (value, made, true, null, null);
            Hold();
        }

        public void Guessed(List<Hypothesis<TOut>> guesses, Hop made) => (_guesses, _made, SentIn) = (guesses, made, null);

        /// <summary>The guesses as values of a hypothesis each.</summary>
        public List<Envelope<TOut>> PublishIn(GateContext context)
        {
            TurnState turn = context.Turn;
            long now = turn.Runtime.Now;
            List<Envelope<TOut>> made = [];
            foreach (Hypothesis<TOut> guess in _guesses ?? [])
            {
                var wave = new Wave(turn, context.Scope, guess.Probability, guess.Features, now);
                Waves.Add(wave);
                var hop = new GateHop(turn, Gate.Node, context.Cause, now) { Scope = wave, Attempt = this, Baggage = BaggageBehind(_made!) };
                hop.End(now);
                made.Add(new(turn, guess.Value, hop, context.Frame, now));
            }

            return made;
        }

        public GateHop Leaving(GateContext context)
        {
            Hop made = _made!;
            var hop = WasSpeculative
                ? new GateHop(context.Turn, Gate.Node, context.Cause, context.At)
                {
                    Scope = context.Scope, Attempt = this, Baggage = BaggageBehind(made), Worked = Math.Max(0, made.EndedAt - made.RunningAt),
                }
                : new GateHop(context.Turn, Gate.Node, made, made.EndedAt) { Scope = context.Scope, Attempt = this, Baggage = BaggageBehind(made) };
            hop.End(WasSpeculative ? Math.Max(context.At, made.EndedAt) : made.EndedAt);
            return hop;
        }
    }

    /// <summary>The gate seen from the block.</summary>
    public sealed class ExitReceiver(ValueGate<TIn, TOut> gate) : Receiver<TOut>, IHypothesisSink<TOut>
    {
        public override ValueTask AcceptAsync(in Envelope<TOut> envelope) =>
            gate.Made((ValueAttempt)envelope.Cause!.Scope!, envelope.Value, envelope.Cause);

        public void Publish(Hop run, in Hypothesis<TOut> hypothesis) =>
            gate.Publish((ValueAttempt)run.Scope!, [hypothesis], run);
    }
}
