namespace AgentChain.Engine.Turns;

/// <summary>A step that one item of a stream caused: it waited for the item, not for the end of the run that made it.</summary>
/// <param name="turn">The turn.</param>
/// <param name="node">The block.</param>
/// <param name="cause">What made the item.</param>
/// <param name="madeAt">When.</param>
/// <param name="startedAt">When the block took the item.</param>
class ItemStep(TurnCore turn, BlockNode node, TraceStep? cause, long madeAt, long startedAt) : TraceStep(turn, node, cause, startedAt)
{
    public override long QueuedAt => madeAt;
}
