using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>An attempt of a block that returns one value, with its output once that is available.</summary>
sealed class ValueAttempt<TIn, TOut>(SpeculationGate gate, TurnSpeculation speculation, GateContext context, object? key, bool isCertain)
    : Attempt<TIn>(gate, speculation, context, key, isCertain)
{
    List<Hypothesis<TOut>>? _guesses;
    TraceStep? _made;
    bool _hasOutput;

    public TOut Output { get; private set; } = default!;

    public override bool HasOutput => _hasOutput;

    /// <summary>The context in which the output, or the guesses of it, were sent last.</summary>
    public GateContext? SentIn { get; set; }

    public void Set(TOut value, TraceStep made)
    {
        (Output, _made, _hasOutput, _guesses, SentIn) = (value, made, true, null, null);
        Hold();
    }

    public void Revise(in Hypothesis<TOut> hypothesis, TraceStep made) => (_guesses, _made, SentIn) = ([hypothesis], made, null);

    /// <summary>Adds guesses, so that more likely ones come first.</summary>
    public void Add(List<Hypothesis<TOut>> guesses, TraceStep made) =>
        (_guesses, _made) = (_guesses is null ? guesses : [.. _guesses.Concat(guesses).OrderByDescending(h => h.Probability)], made);

    /// <summary>Returns all guesses as values, each with a hypothesis of its own.</summary>
    public List<Envelope<TOut>> PublishIn(GateContext context) => Publish(_guesses ?? [], context);

    /// <summary>Returns some guesses as values, each with a hypothesis of its own.</summary>
    public List<Envelope<TOut>> Publish(List<Hypothesis<TOut>> guesses, GateContext context)
    {
        TurnCore turn = context.Turn;
        long now = turn.Runtime.Now;
        List<Envelope<TOut>> made = [];
        foreach (Hypothesis<TOut> guess in guesses)
        {
            var hypothesis = new HypothesisScope(turn, context.Scope, guess.Probability, guess.Features, now);
            Hypotheses.Add(hypothesis);
            var step = new SpeculativeStep(turn, Gate.Node, context.Cause, now)
            {
                Scope = hypothesis, Attempt = this, Baggage = BaggageBehind(_made!),
            };
            step.End(now);
            made.Add(new(turn, guess.Value, step, context.Frame, now));
        }

        return made;
    }

    /// <summary>Creates the step of the output as it leaves the gate.</summary>
    /// <remarks>
    /// After an early run, the step follows the input, not the run: the turn only waited from the input's arrival until the output was
    /// there, and <see cref="SpeculativeStep.Worked"/> keeps how long the run took. After any other run, the step follows that run,
    /// which accounts for the time, and has no duration.
    /// </remarks>
    public SpeculativeStep Leaving(GateContext context)
    {
        TraceStep made = _made!;
        var step = WasSpeculative
            ? new SpeculativeStep(context.Turn, Gate.Node, context.Cause, context.At)
            {
                Scope = context.Scope,
                Attempt = this,
                Baggage = BaggageBehind(made),
                Worked = IdleTime.WorkBetween(Idle, made.RunningAt, made.EndedAt),
            }
            : new SpeculativeStep(context.Turn, Gate.Node, made, made.EndedAt)
            {
                Scope = context.Scope, Attempt = this, Baggage = BaggageBehind(made),
            };
        step.End(WasSpeculative ? Math.Max(context.At, made.EndedAt) : made.EndedAt);
        return step;
    }
}
