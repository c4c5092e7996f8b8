namespace AgentChain.Placement;

/// <summary>The exception that is thrown when phases cannot be placed. The message says what does not fit.</summary>
public sealed class PlacementException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="obstacle">Why the phases cannot be placed.</param>
    /// <param name="message">What does not fit, and what to do.</param>
    /// <param name="closest">The plan that comes closest; <see langword="null"/> if there is none.</param>
    public PlacementException(PlacementObstacle obstacle, string message, PlacementPlan? closest = null)
        : base(message) => (Obstacle, Closest) = (obstacle, closest);

    /// <summary>Gets why the phases cannot be placed.</summary>
    public PlacementObstacle Obstacle { get; }

    /// <summary>
    /// Gets the plan that comes closest, which loads a device with more than it can serve (<see cref="PlacementObstacle.Load"/>).
    /// </summary>
    /// <value><see langword="null"/> for another obstacle.</value>
    public PlacementPlan? Closest { get; }
}
