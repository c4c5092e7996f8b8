namespace AgentChain.Devices;

/// <summary>The part of a block's work that is to be placed.</summary>
public enum WorkPhase
{
    /// <summary>The whole of it.</summary>
    Whole,

    /// <summary>Taking in the prompt: bound by arithmetic.</summary>
    Prefill,

    /// <summary>Making tokens one by one: bound by memory traffic.</summary>
    Decode,
}

/// <summary>What a block asks of the <see cref="IDeviceScheduler"/>.</summary>
/// <param name="Block">The block's name.</param>
/// <param name="Device">Which device it asks for.</param>
/// <param name="Phase">Which part of its work.</param>
/// <param name="Until">When the work must be done, as a timestamp of the chain's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> when there is no deadline.</param>
public readonly record struct PlacementRequest(
    string Block, DeviceRequest Device, WorkPhase Phase = WorkPhase.Whole, long Until = long.MaxValue)
{
    /// <summary>Gets whether the work may turn out to be in vain, as far as the asker knew; work that is certain goes first.</summary>
    public bool IsSpeculative { get; init; }

    /// <summary>
    /// Gets what says whether speculative work is speculative still, or <see langword="null"/> where that stays as it is. A scheduler asks
    /// each time it has room to give, perhaps under a lock of its own; the answer is quick, and once it is <see langword="false"/> stays so.
    /// An exception counts as <see langword="true"/>.
    /// </summary>
    public Func<bool>? StillSpeculative { get; init; }

    /// <summary>Gets whether the work may turn out to be in vain, as things stand now.</summary>
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
                // Asked while room is given to others, whom it must not cost their place.
                return true;
            }
        }
    }
}

/// <summary>What a policy is told about a device that fulfils a request and has room.</summary>
/// <param name="Device">The device.</param>
/// <param name="ActiveLeases">How many leases are held on it.</param>
/// <param name="PendingJobs">How many jobs wait or run on its lanes.</param>
/// <param name="StuckLanes">How many of its lanes serve nobody because a detached block still runs there.</param>
public readonly record struct DeviceState(ComputeDevice Device, int ActiveLeases, int PendingJobs, int StuckLanes);
