using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>The rate that a keeper served.</summary>
/// <param name="Rate">The requests a second.</param>
/// <param name="Changes">The number of changes while requests counted.</param>
/// <param name="Setup">The last setup.</param>
sealed record ChosenRate(double Rate, int Changes, ServingSetup Setup);
