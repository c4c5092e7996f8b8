using AgentChain.Devices;
using AgentChain.Testing;

namespace AgentChain.Tests.Devices;

public sealed class RoundRobinSchedulerTests : IDisposable
{
    readonly List<DeviceScheduler> _made = [];

    public static TheoryData<string> Checks => [.. new Contract([]).Checks.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Contract_EveryCheck_Holds(string check) => new Contract(_made).Checks.Single(c => c.Name == check).RunAsync();

    [Fact]
    public async Task AcquireAsync_LeasesGoBackAtOnce_DevicesTakeTurns()
    {
        using var scheduler = new DeviceScheduler([new("a", DeviceKind.Cuda), new("b", DeviceKind.Cuda), new("c", DeviceKind.Cuda)], new RoundRobinPolicy());
        List<string> given = [];
        for (int i = 0; i < 6; i++)
        {
            using DeviceLease lease = await scheduler.AcquireAsync(new("block", DeviceRequest.OfKind(DeviceKind.Cuda)), default);
            given.Add(lease.Device.Name);
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], given);
    }

    public void Dispose() => _made.ForEach(s => s.Dispose());

    sealed class Contract(List<DeviceScheduler> made) : DeviceSchedulerContract
    {
        protected override IDeviceScheduler Create(params ComputeDevice[] devices)
        {
            made.Add(new DeviceScheduler(devices, new RoundRobinPolicy()));
            return made[^1];
        }
    }
}
