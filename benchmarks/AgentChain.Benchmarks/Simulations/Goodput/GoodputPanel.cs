namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>The results of one trace.</summary>
/// <param name="Trace">The name of the trace.</param>
/// <param name="Loads">The loads.</param>
/// <param name="Curves">For each policy, in order, the share of turns on time and of wasted time at each load.</param>
sealed record GoodputPanel(string Trace, double[] Loads, Dictionary<string, (double OnTime, double Waste)[]> Curves);
