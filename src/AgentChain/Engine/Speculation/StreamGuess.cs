using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>A guess of the items of a stream.</summary>
sealed record StreamGuess<T>(IReadOnlyList<T> Items, double Probability, HypothesisFeatures Features, TraceStep Made);
