using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>What is ahead of a new lease on a lane, and how long an old one had the lane to itself.</summary>
public sealed class LaneLoadTests : IDisposable
{
    readonly DeviceLane _lane = new("lane");
    readonly LaneLoad _load;

    public LaneLoadTests() => _load = new LaneLoad(_lane);

    [Fact]
    public void Backlog_Leases_IsWhatIsLeftOfThem()
    {
        DeviceLease first = Add(100, now: 1000);
        Add(50, now: 1010);
        Assert.Equal(150, _load.Backlog(1000));
        Assert.Equal(110, _load.Backlog(1040));
        _load.Remove(first, 1060);
        Assert.Equal(50, _load.Backlog(1060));
        Assert.Equal(20, _load.Backlog(1090));
    }

    [Fact]
    public void Backlog_FirstOverrunsItsPrediction_GrowsWithTheTimeThatItIsLate()
    {
        Add(100, now: 1000);
        Assert.Equal(0, _load.Backlog(1100));
        Assert.Equal(400, _load.Backlog(1500));
    }

    [Fact]
    public void Backlog_NothingPredicted_IsZero()
    {
        DeviceLease lease = Add(-1, now: 1000);
        Assert.Equal((0L, 1, 0), (_load.Backlog(1000), _load.Unpredicted, _load.Predicted));
        Add(50, now: 1000);
        Assert.Equal((50L, 1, 1), (_load.Backlog(1040), _load.Unpredicted, _load.Predicted));
        _load.Remove(lease, 1040);
        Assert.Equal((50L, 0), (_load.Backlog(1040), _load.Unpredicted));
    }

    [Fact]
    public void Remove_Leases_ServedWhileTheyWereTheFirst()
    {
        DeviceLease first = Add(100, now: 1000), second = Add(100, now: 1010), third = Add(100, now: 1020);
        _load.Remove(third, 1030);
        _load.Remove(first, 1100);
        _load.Remove(second, 1170);
        _load.Remove(second, 1200);
        Assert.Equal((100L, 70L, 0L), (first.Served, second.Served, third.Served));
        DeviceLease next = Add(100, now: 2000);
        _load.Remove(next, 2005);
        Assert.Equal(5, next.Served);
    }

    public void Dispose() => _lane.Dispose();

    DeviceLease Add(long ticks, long now)
    {
        var lease = new DeviceLease(ComputeDevice.Cpu(1), _lane, "block", long.MaxValue, _ => { });
        _load.Add(lease, ticks, now);
        return lease;
    }
}
