namespace AgentChain.Devices;

/// <summary>Represents a block's request to the <see cref="IDeviceScheduler"/>.</summary>
/// <param name="Block">The name of the block.</param>
/// <param name="Device">The requested device.</param>
/// <param name="Phase">The part of the block's work to place.</param>
/// <param name="Until">
/// The time by which the work must finish, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> if
/// there is no deadline.
/// </param>
public readonly record struct PlacementRequest(
    string Block, DeviceRequest Device, WorkPhase Phase = WorkPhase.Whole, long Until = long.MaxValue)
{
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
