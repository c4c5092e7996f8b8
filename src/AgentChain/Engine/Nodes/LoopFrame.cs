using AgentChain.Engine.Links;

namespace AgentChain.Engine.Nodes;

sealed class LoopFrame(int round, Frame? outer) : Frame(outer)
{
    public int Round { get; } = round;
}
