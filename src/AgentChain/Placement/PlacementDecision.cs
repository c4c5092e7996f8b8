namespace AgentChain.Placement;

/// <summary>Specifies what <see cref="PlacementKeeper.Update"/> has done.</summary>
public enum PlacementDecision
{
    /// <summary>The plan stays in force.</summary>
    Kept,

    /// <summary>The plan stays in force, but another has been better; it comes into force if that lasts.</summary>
    Considered,

    /// <summary>Another plan has come into force.</summary>
    Moved,
}
