namespace AgentChain.Simulation;

/// <summary>Provides the options of a simulation.</summary>
public sealed class SimulationOptions
{
    /// <summary>
    /// Gets or sets the objective that each turn is measured against: a turn meets it if it completes with its first output, its last
    /// output and its stalls within the limits. The chain does not know it; its own budget is set in its options.
    /// </summary>
    /// <value>No limits by default: each turn that completes meets it.</value>
    public LatencyBudget Objective { get; set; }

    /// <summary>Gets or sets the number of seeds. Each is a simulation of its own.</summary>
    /// <value>1 by default; at least 1. A confidence interval needs at least 2.</value>
    public int Seeds { get; set; } = 1;

    /// <summary>Gets or sets the first seed. The others follow it.</summary>
    /// <value>0 by default.</value>
    public long FirstSeed { get; set; }

    /// <summary>Gets or sets the number of seeds that are simulated at once, each on a thread of its own.</summary>
    /// <value>The number of processors by default; at least 1. The functions of the host are called from each of the threads.</value>
    public int MaxParallel { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets a value that indicates whether a turn that finds the chain full waits for room, as with <c>StartAsync</c>, instead of
    /// being rejected.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool WaitForRoom { get; set; }

    /// <summary>Gets or sets the receiver of progress. It is called on the threads of the simulation; its exceptions are ignored.</summary>
    /// <value>None by default.</value>
    public IProgress<SimulationProgress>? Progress { get; set; }

    internal void Check()
    {
        OptionCheck.AtLeast(Seeds, 1, nameof(Seeds));
        OptionCheck.AtLeast(MaxParallel, 1, nameof(MaxParallel));
        if (FirstSeed > long.MaxValue - Seeds)
        {
            throw OptionCheck.OutOfRange(nameof(FirstSeed), FirstSeed, "the seeds that follow it would be too large.");
        }
    }
}
