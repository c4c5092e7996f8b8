namespace AgentChain.Placement;

/// <summary>Represents a device in a <see cref="PlacementPlan"/>.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Load">The share of the time that its lanes are busy; 1 or more if it cannot serve what arrives.</param>
/// <param name="MemoryBytes">The memory that the phases need on it, in bytes.</param>
/// <param name="MemoryOf">The memory that it has, in bytes; <see langword="null"/> if it is not known.</param>
public sealed record PlacementUse(string Device, double Load, long MemoryBytes, long? MemoryOf);
