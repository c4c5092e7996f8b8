using AgentChain.Devices;

namespace AgentChain.Blocks;

/// <summary>The record of work outside of any turn: it keeps nothing, and its works never change.</summary>
sealed class NoInnerHost : IInnerHost
{
    public static NoInnerHost Instance { get; } = new();

    public bool IsOver => true;

    public long Now => 1;

    public Task<DeviceLease> AcquireAsync(InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken) =>
        Task.FromException<DeviceLease>(new DeviceNotPresentException(device, []));

    public void Release(InnerWork work, DeviceLease lease) => lease.Dispose();

    public void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason)
    {
    }
}
