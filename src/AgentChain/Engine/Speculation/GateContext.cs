using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The context in which the output of a gate's block continues: that of the latest value with an equal key.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Scope">The hypothesis or other scope of the value.</param>
/// <param name="Frame">The innermost join or loop that encloses the value.</param>
/// <param name="Cause">The step that produced the value; null at the start.</param>
/// <param name="At">The time at which the value arrived.</param>
sealed record GateContext(TurnCore Turn, IWorkScope? Scope, Frame? Frame, TraceStep? Cause, long At)
{
    public Baggage? Baggage => Cause?.Baggage;

    public bool IsGone => Turn.IsOver || Scope is { IsGone: true };

    public bool IsUncommitted => Scope is { IsUncommitted: true };

    public static GateContext Of<T>(in Envelope<T> envelope) =>
        new(envelope.Turn, envelope.Cause?.Scope, envelope.Frame, envelope.Cause, envelope.Turn.Runtime.Now);
}
