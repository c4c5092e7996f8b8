using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>What a stream's items were guessed to be.</summary>
sealed record StreamGuess<T>(IReadOnlyList<T> Items, double Probability, HypothesisFeatures Features, TraceStep Made);
