using AgentChain.Engine.Links;

namespace AgentChain.Engine.Nodes;

sealed class SubChainFrame<TOut>(SubChainRun<TOut> run, Frame? outer) : Frame(outer)
{
    public SubChainRun<TOut> Run { get; } = run;
}
