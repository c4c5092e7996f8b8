namespace AgentChain.Devices;

/// <summary>Represents a device that work inside a block requests, such as a tool.</summary>
/// <param name="Work">The name of the work, as in <see cref="BlockContext.Begin"/>.</param>
/// <param name="Device">The requested device.</param>
public readonly record struct InnerDevice(string Work, DeviceRequest Device)
{
    /// <summary>Gets the phase of the block that the work is, with which it acquires its lease.</summary>
    /// <value>
    /// <see cref="WorkPhase.Whole"/> by default: it is none. Phases are placed by plans: <see cref="ChainBase{TIn,TOut}.ToPlacementProblem"/>.
    /// </value>
    public WorkPhase Phase { get; init; }
}
