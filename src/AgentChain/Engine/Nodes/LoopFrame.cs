using AgentChain.Engine.Links;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

sealed class LoopFrame(int round, Frame? outer) : Frame(outer)
{
    public int Round { get; } = round;
}
