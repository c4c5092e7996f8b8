namespace AgentChain.Simulation;

/// <summary>Tells what happened in one interval of a run. Immutable.</summary>
public sealed class TimelinePoint
{
    internal TimelinePoint()
    {
    }

    /// <summary>Gets the start of the interval.</summary>
    public TimeSpan Start { get; internal init; }

    /// <summary>Gets the length of the interval.</summary>
    public TimeSpan Length { get; internal init; }

    /// <summary>Gets the number of turns that started in the interval.</summary>
    public long Turns { get; internal init; }

    /// <summary>Gets the number of those turns that met the objective.</summary>
    public long Attained { get; internal init; }

    /// <summary>Gets the part of the servers' time that they worked, from 0 to 1, for each device in the order of the devices.</summary>
    public IReadOnlyList<double> Utilization { get; internal init; } = [];
}
