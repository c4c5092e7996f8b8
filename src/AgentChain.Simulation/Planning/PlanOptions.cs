namespace AgentChain.Simulation;

/// <summary>Provides the options of a plan.</summary>
public sealed class PlanOptions
{
    /// <summary>Gets or sets the part of the turns that must meet the objective, as the mean over the seeds.</summary>
    /// <value>0.95 by default; greater than 0 and at most 1.</value>
    public double Target { get; set; } = 0.95;

    /// <summary>Gets or sets the options of each simulation, with the objective.</summary>
    public SimulationOptions Simulation { get; set; } = new();

    /// <summary>Gets or sets the largest number of simulations. After it, the plan is the best that was found.</summary>
    /// <value>200 by default; at least 1.</value>
    public int MaxSimulations { get; set; } = 200;

    /// <summary>Gets or sets the receiver of progress: of each configuration, after its simulation. Its exceptions are ignored.</summary>
    /// <value>None by default.</value>
    public IProgress<PlanTrial>? Progress { get; set; }

    internal void Check()
    {
        OptionCheck.Share(Target, nameof(Target));
        OptionCheck.NotNull(Simulation, nameof(Simulation)).Check();
        OptionCheck.AtLeast(MaxSimulations, 1, nameof(MaxSimulations));
    }
}
