namespace AgentChain.Forecasts;

/// <summary>What is known of one turn. Immutable.</summary>
sealed record TurnForecast
{
    /// <summary>A turn that runs although it is predicted to be late, so that predictions that are wrong are corrected.</summary>
    public static TurnForecast Probe { get; } = new() { IsProbe = true };

    /// <summary>
    /// The times that were predicted from the input of the turn, by the index of the block; NaN where it tells nothing. Null if it tells
    /// nothing at all.
    /// </summary>
    public Estimate[]? Times { get; init; }

    /// <summary>Whether the turn runs although it is predicted to be late.</summary>
    public bool IsProbe { get; init; }
}
