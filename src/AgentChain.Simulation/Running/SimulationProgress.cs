namespace AgentChain.Simulation;

/// <summary>Tells how far the simulation of one seed is.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Turns">The number of turns that have ended.</param>
/// <param name="Expected">The number of arrivals.</param>
/// <param name="Elapsed">The simulated time.</param>
public readonly record struct SimulationProgress(long Seed, long Turns, long Expected, TimeSpan Elapsed);
