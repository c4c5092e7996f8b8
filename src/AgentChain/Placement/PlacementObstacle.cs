namespace AgentChain.Placement;

/// <summary>Specifies why phases cannot be placed.</summary>
public enum PlacementObstacle
{
    /// <summary>A phase names a phase that it comes after and that does not exist, or phases wait for each other.</summary>
    Order,

    /// <summary>No device can run a phase, or none is left.</summary>
    Device,

    /// <summary>The memory of the devices does not suffice.</summary>
    Memory,

    /// <summary>More turns arrive than the devices can serve.</summary>
    Load,
}
