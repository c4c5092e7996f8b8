using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>Which lane of a device a lease names: a lane that is not stuck, and of those one that few leases name.</summary>
public sealed class LaneChoiceTests
{
    static readonly PlacementRequest Request = new("block", DeviceRequest.Any);

    [Fact]
    public async Task Lease_FewerLeasesNameTheStuckLane_AvoidsItAllTheSame()
    {
        using DeviceScheduler scheduler = TwoLanes();
        using var busy = new ManualResetEventSlim();
        using DeviceLease stuck = await scheduler.AcquireAsync(Request, default);
        Task<int> running = stuck.Lane.RunAsync(busy, static (busy, _) => busy.Wait(TimeSpan.FromMinutes(1)) ? 1 : 0, default).AsTask();
        stuck.Lane.MarkStuck();
        List<DeviceLease> others = [];
        for (int i = 0; i < 4; i++)
        {
            others.Add(await scheduler.AcquireAsync(Request, default));
        }

        Assert.All(others, lease => Assert.NotSame(stuck.Lane, lease.Lane));
        busy.Set();
        Assert.Equal(1, await running);
        others.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public async Task Lease_LeasesOfALaneWentBack_TheLaneIsChosenBeforeTheOther()
    {
        using DeviceScheduler scheduler = TwoLanes();
        List<DeviceLease> leases = [];
        for (int i = 0; i < 4; i++)
        {
            leases.Add(await scheduler.AcquireAsync(Request, default));
        }

        DeviceLane one = leases[0].Lane;
        Assert.Equal(2, leases.Count(lease => ReferenceEquals(lease.Lane, one)));
        foreach (DeviceLease lease in leases.Where(lease => ReferenceEquals(lease.Lane, one)))
        {
            lease.Dispose();
        }

        using DeviceLease third = await scheduler.AcquireAsync(Request, default);
        using DeviceLease fourth = await scheduler.AcquireAsync(Request, default);
        Assert.Same(one, third.Lane);
        Assert.Same(one, fourth.Lane);
        leases.ForEach(lease => lease.Dispose());
    }

    static DeviceScheduler TwoLanes() => new([new ComputeDevice("two", DeviceKind.Other) { MaxLeases = 8, Lanes = 2 }]);
}
