namespace AgentChain.Engine.Turns;

/// <summary>A step caused by one item of a stream. It waited for the item, not for the end of the run that produced it.</summary>
/// <param name="turn">The turn.</param>
/// <param name="node">The block.</param>
/// <param name="cause">The step that produced the item.</param>
/// <param name="madeAt">The time at which the item was produced.</param>
/// <param name="startedAt">The time at which the block took the item.</param>
class ItemStep(TurnCore turn, BlockNode node, TraceStep? cause, long madeAt, long startedAt) : TraceStep(turn, node, cause, startedAt)
{
    public override long QueuedAt => madeAt;
}
