using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>Where the output of a gate's block goes on: what the latest value with its key rests on and is inside of.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Scope">The hypothesis, or what else it is inside of.</param>
/// <param name="Frame">The joins it is inside of.</param>
/// <param name="Cause">What made the value; null at the start.</param>
/// <param name="At">When the value came.</param>
sealed record GateContext(TurnCore Turn, IWorkScope? Scope, Frame? Frame, TraceStep? Cause, long At)
{
    public Baggage? Baggage => Cause?.Baggage;

    public bool IsGone => Turn.IsOver || Scope is { IsGone: true };

    public bool IsUncommitted => Scope is { IsUncommitted: true };

    public static GateContext Of<T>(in Envelope<T> envelope) =>
        new(envelope.Turn, envelope.Cause?.Scope, envelope.Frame, envelope.Cause, envelope.Turn.Runtime.Now);
}
