using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>Represents a phase in a <see cref="PlacementPlan"/>.</summary>
/// <param name="Block">The full name of the block.</param>
/// <param name="Phase">The part of the block's work.</param>
/// <param name="Name">The name of the phase, as in <c>answer (prefill)</c>.</param>
/// <param name="Device">The name of the device.</param>
/// <param name="Time">The mean time of a run, without waiting.</param>
/// <param name="Wait">The mean time that a run waits for the device.</param>
public sealed record PlacementRow(string Block, WorkPhase Phase, string Name, string Device, TimeSpan Time, TimeSpan Wait);
