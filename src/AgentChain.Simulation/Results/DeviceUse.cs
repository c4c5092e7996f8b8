namespace AgentChain.Simulation;

/// <summary>Tells how the time of one group of devices was used. Immutable.</summary>
public sealed class DeviceUse
{
    internal DeviceUse()
    {
    }

    /// <summary>Gets the name of the group.</summary>
    public string Device { get; internal init; } = "";

    /// <summary>Gets the number of servers.</summary>
    public int Servers { get; internal init; }

    /// <summary>Gets the number of completed jobs.</summary>
    public long Completed { get; internal init; }

    /// <summary>Gets the number of jobs that were canceled while waiting or running.</summary>
    public long Aborted { get; internal init; }

    /// <summary>Gets the working time of all servers.</summary>
    public TimeSpan Busy { get; internal init; }

    /// <summary>Gets the part of the servers' time that they worked, from 0 to 1.</summary>
    public double Utilization { get; internal init; }

    /// <summary>Gets the part of <see cref="Busy"/> that was spent on turns that missed the objective.</summary>
    public TimeSpan OnMissedTurns { get; internal init; }

    /// <summary>
    /// Gets the part of <see cref="Busy"/> that was spent on canceled jobs of turns that met the objective, and on jobs that went on after
    /// the end of their turn.
    /// </summary>
    public TimeSpan OnAbortedJobs { get; internal init; }

    /// <summary>Gets the wait of a job for a server.</summary>
    public LatencySummary Wait { get; internal init; } = LatencySummary.None;

    /// <summary>Gets the number of steps of a batching device; 0 for another.</summary>
    public long Steps { get; internal init; }

    /// <summary>Gets the mean number of prompts or sequences in a step of a batching device; 0 for another.</summary>
    public double MeanBatch { get; internal init; }
}
