namespace AgentChain.Devices;

/// <summary>
/// The exception with which a native call ends, for its caller, that ran for longer than <see cref="DeviceScheduler.CallLimit"/> or
/// <see cref="DeviceScheduler.StuckLimit"/> allows. The call itself cannot be ended: its thread is left to it, and the lane goes on with
/// another one.
/// </summary>
public sealed class LaneHungException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="lane">The name of the lane.</param>
    /// <param name="limit">The time that the call was allowed.</param>
    public LaneHungException(string lane, TimeSpan limit)
        : base($"A native call on {lane} did not return within {OptionCheck.Ms(limit)}; the lane goes on with another thread. Give the block a budget, and let its call observe the cancellation token.") =>
        (Lane, Limit) = (lane, limit);

    /// <summary>Gets the name of the lane.</summary>
    public string Lane { get; }

    /// <summary>Gets the time that the call was allowed.</summary>
    public TimeSpan Limit { get; }
}
