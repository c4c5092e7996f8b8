using AgentChain.Blocks;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain.Engine.Links;

/// <summary>Where a block's hypotheses go.</summary>
interface IHypothesisTarget<T>
{
    /// <summary>Takes a hypothesis of what a run will make; the one before is superseded.</summary>
    void Publish(TraceStep run, in Hypothesis<T> hypothesis);
}
