namespace AgentChain.Simulation;

/// <summary>A request of a replay that has ended.</summary>
/// <param name="First">The time to its first token.</param>
/// <param name="Each">The mean time for each further token; zero if there was none.</param>
readonly record struct ServedRequest(TimeSpan First, TimeSpan Each)
{
    /// <summary>Returns how much of its limits the request took: at most 1 if it met both.</summary>
    public double Stretch(ServingOptions options) => Math.Max(
        options.FirstTokenLimit is { } first ? First / first : 0,
        options.TokenLimit is { } each ? Each / each : 0);
}
