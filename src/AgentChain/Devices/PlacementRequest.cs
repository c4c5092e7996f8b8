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
