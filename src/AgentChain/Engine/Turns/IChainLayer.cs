using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>The state that a layer above the turns keeps for a chain, such as its plan for speculation.</summary>
interface IChainLayer
{
    /// <summary>Whether hypotheses travel through the chain.</summary>
    bool Speculates { get; }

    /// <summary>The controller that decides which work is started early.</summary>
    ISpeculationController Controller { get; }
}
