namespace AgentChain;

/// <summary>Provides the options of one turn. They are read once, when the turn starts.</summary>
public sealed class TurnOptions
{
    /// <summary>
    /// Gets or sets time limits of the turn's own, for example those that a caller in another process sent
    /// (<see cref="DeadlineHeaders.Read(IEnumerable{KeyValuePair{string, string}})"/>). They can only shorten those of the chain: of each
    /// limit, the shorter holds.
    /// </summary>
    /// <value>
    /// <see cref="LatencyBudget.None"/> by default. The limits count from the start of the turn or, in a chain with live input, from the end
    /// of the input, as those of the chain do. A turn with a limit of one tick, which is a deadline that has passed, is rejected. A limit on
    /// stalls is not allowed in a chain that returns one value.
    /// </value>
    public LatencyBudget Budget { get; set; }
}
