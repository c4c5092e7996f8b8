using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>The step of a value that leaves a join of more than two branches.</summary>
/// <param name="turn">The turn.</param>
/// <param name="node">The join.</param>
/// <param name="parent">The branch that ended last.</param>
/// <param name="startedAt">The time at which the join began.</param>
/// <param name="more">The branches it waited for besides the last and <see cref="SpeculativeStep.Also"/>.</param>
sealed class JoinStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt, ReadOnlyMemory<TraceStep> more)
    : SpeculativeStep(turn, node, parent, startedAt)
{
    public override ReadOnlySpan<TraceStep> More => more.Span;
}
