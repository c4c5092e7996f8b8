namespace AgentChain.Devices;

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
