namespace AgentChain.Devices;

/// <summary>Provides data for <see cref="DeviceScheduler.LaneReplaced"/>.</summary>
/// <param name="device">The device.</param>
/// <param name="lane">The name of the lane.</param>
/// <param name="limit">The time that the call was allowed.</param>
/// <param name="hungCalls">The number of calls that have not returned on the device, with this one.</param>
public sealed class LaneReplacedEventArgs(ComputeDevice device, string lane, TimeSpan limit, int hungCalls) : EventArgs
{
    /// <summary>Gets the device.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Gets the name of the lane.</summary>
    public string Lane { get; } = lane;

    /// <summary>Gets the time that the call was allowed.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>Gets the number of calls that have not returned on the device, with this one.</summary>
    public int HungCalls { get; } = hungCalls;
}
