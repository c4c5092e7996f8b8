namespace AgentChain.Simulation.Tests.External;

/// <summary>A request and the times of its first and last token.</summary>
/// <param name="arrival">The arrival.</param>
sealed class ServedRequest(Arrival arrival)
{
    public Arrival Arrival => arrival;

    public TimeSpan First { get; set; }

    public TimeSpan Last { get; set; }

    /// <summary>The time to the first token.</summary>
    public TimeSpan ToFirst => First - arrival.Time;

    /// <summary>The mean time to each token after the first.</summary>
    public TimeSpan ToEach => (Last - First) / arrival.OutputTokens;
}
