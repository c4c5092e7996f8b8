namespace AgentChain.Devices;

/// <summary>Represents a block's request to the <see cref="IDeviceScheduler"/>.</summary>
public readonly record struct PlacementRequest
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="device">The requested device.</param>
    /// <param name="phase">The part of the block's work to place.</param>
    /// <param name="until">
    /// The time by which the work must finish, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> if
    /// there is no deadline.
    /// </param>
    public PlacementRequest(string block, DeviceRequest device, WorkPhase phase = WorkPhase.Whole, long until = long.MaxValue) =>
        (Block, Device, Phase, Until, StartBy) = (block, device, phase, until, long.MaxValue);

    /// <summary>Gets the name of the block.</summary>
    public string Block { get; init; }

    /// <summary>Gets the requested device.</summary>
    public DeviceRequest Device { get; init; }

    /// <summary>Gets the part of the block's work to place.</summary>
    public WorkPhase Phase { get; init; }

    /// <summary>
    /// Gets the time by which the work must finish, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/>
    /// if there is no deadline.
    /// </summary>
    public long Until { get; init; }

    /// <summary>
    /// Gets the time by which the work should begin, so that its turn is in time as far as can be predicted: a timestamp of the chain's
    /// <see cref="TimeProvider"/>. Of several requests, the one with the earliest time goes first.
    /// </summary>
    /// <value><see cref="long.MaxValue"/> by default: not known. Such requests go in order of arrival, after the others.</value>
    public long StartBy { get; init; }

    /// <summary>Gets the time that is left until <see cref="Until"/>. The scheduler sets it when it asks its policy.</summary>
    /// <value><see langword="null"/> if there is no deadline, or if it is not known.</value>
    public TimeSpan? Left { get; init; }

    /// <summary>
    /// Gets a callback that predicts how long the work takes on a device, without waiting; <see langword="null"/> if nothing is known. A
    /// scheduler may call it under its own lock. The callback must be quick. An exception, or a negative time, counts as not known.
    /// </summary>
    public Func<ComputeDevice, TimeSpan?>? Predict { get; init; }

    /// <summary>Gets where the state of the work lies, such as the key/value cache of its conversation.</summary>
    /// <value>Nowhere by default.</value>
    public DeviceAffinity Affinity { get; init; }

    /// <summary>Gets the memory of the device that the work needs while it has its lease, in bytes.</summary>
    /// <value>0 by default. A request for which no device has as much memory left waits.</value>
    public long MemoryBytes { get; init; }

    /// <summary>Predicts how long the work takes on a device.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The time, without waiting; <see langword="null"/> if it is not known.</returns>
    public TimeSpan? PredictOn(ComputeDevice device)
    {
        try
        {
            return Predict?.Invoke(device) is { } time && time >= TimeSpan.Zero ? time : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// Gets a callback that indicates whether the work can let all other committed work go first, because what its turn has produced is
    /// still being played; <see langword="null"/> if it cannot. A scheduler calls it each time it has room, possibly under its own lock. The
    /// callback must be quick. An exception counts as <see langword="false"/>.
    /// </summary>
    public Func<bool>? CanWait { get; init; }

    /// <summary>Gets a value that indicates whether the work can let all other committed work go first now.</summary>
    public bool CanWaitNow
    {
        get
        {
            try
            {
                return CanWait is { } can && can();
            }
            catch (Exception)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Gets a callback with which work that only uses an idle device gives way: it is called when another request wants the device of its
    /// lease, and at once if the device is not idle when the lease is given; possibly several times. <see langword="null"/> for other work.
    /// The callback must be quick; its exceptions are ignored. A scheduler may ignore it.
    /// </summary>
    public Action? Yield { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the work was speculative when the request was created. Committed work goes first.
    /// </summary>
    public bool IsSpeculative { get; init; }

    /// <summary>
    /// Gets a callback that indicates whether the work is still speculative, or <see langword="null"/> if that cannot change. A scheduler
    /// calls it each time it has room, possibly under its own lock. The callback must be quick, and once it returns <see langword="false"/>
    /// it must keep doing so. An exception counts as <see langword="true"/>.
    /// </summary>
    public Func<bool>? StillSpeculative { get; init; }

    /// <summary>Gets a value that indicates whether the work is speculative now.</summary>
    public bool IsSpeculativeNow
    {
        get
        {
            if (!IsSpeculative || StillSpeculative is not { } still)
            {
                return IsSpeculative;
            }

            try
            {
                return still();
            }
            catch (Exception)
            {
                // The scheduler calls this while it serves other requests, which must not fail because of this one.
                return true;
            }
        }
    }
}
