using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Links;

/// <summary>The destination of a block's hypotheses.</summary>
interface IHypothesisTarget<T>
{
    /// <summary>Takes a hypothesis of a run's output; it supersedes the previous one.</summary>
    void Publish(TraceStep run, in Hypothesis<T> hypothesis);
}
