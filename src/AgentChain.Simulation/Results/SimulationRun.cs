using System.Collections.ObjectModel;
using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents the result of a simulation with one seed, or of all seeds together. Immutable.</summary>
[DebuggerDisplay("{Turns} turns, attainment {Attainment}")]
public sealed class SimulationRun
{
    internal SimulationRun()
    {
    }

    /// <summary>Gets the random seed; <see langword="null"/> for all seeds together.</summary>
    public long? Seed { get; internal init; }

    /// <summary>Gets the simulated time until the last turn had ended; for several seeds, the sum.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Gets the number of turns: one for each arrival.</summary>
    public long Turns { get; internal init; }

    /// <summary>Gets the number of turns by outcome. Their sum is <see cref="Turns"/>.</summary>
    public IReadOnlyDictionary<TurnOutcome, long> Outcomes { get; internal init; } = ReadOnlyDictionary<TurnOutcome, long>.Empty;

    /// <summary>Gets the number of turns that completed within the objective.</summary>
    public long Attained { get; internal init; }

    /// <summary>Gets the part of the turns that completed within the objective, from 0 to 1; 0 if there were no turns.</summary>
    public double Attainment => Turns == 0 ? 0 : (double)Attained / Turns;

    /// <summary>Gets the number of turns that met the objective in a second.</summary>
    public double Goodput => Duration > TimeSpan.Zero ? Attained / Duration.TotalSeconds : 0;

    /// <summary>Gets the time from the start to the end of the turns that completed. Turns with another outcome are not in it.</summary>
    public LatencySummary Total { get; internal init; } = LatencySummary.None;

    /// <summary>Gets the time to the first output of all turns that had one.</summary>
    public LatencySummary FirstOutput { get; internal init; } = LatencySummary.None;

    /// <summary>Gets the use of the devices, in the order in which they were given.</summary>
    public IReadOnlyList<DeviceUse> Devices { get; internal init; } = [];

    /// <summary>Gets where the time of each block went, in the order in which the blocks first ran.</summary>
    public IReadOnlyList<BlockBreakdown> Blocks { get; internal init; } = [];

    /// <summary>Gets the course of the run in at most 128 intervals; empty for several seeds.</summary>
    public IReadOnlyList<TimelinePoint> Timeline { get; internal init; } = [];

    /// <summary>
    /// Gets the part of the devices' working time that was spent on turns that missed the objective or on canceled jobs, from 0 to 1.
    /// </summary>
    public double Waste { get; internal init; }

    /// <summary>Gets the number of runs of blocks.</summary>
    public long BlockRuns { get; internal init; }

    /// <summary>
    /// Gets the hash of the run's events in hexadecimal: of each turn its row, times and outcome, and of each of its block runs the times.
    /// Equal code, seeds and arrivals give equal hashes.
    /// </summary>
    public string EventHash { get; internal init; } = "";
}
