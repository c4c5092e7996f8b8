using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>A placement policy that throws while room is given to others costs its own request, and nothing else.</summary>
public sealed class ThrowingPolicyTests
{
    static readonly PlacementRequest Request = new("block", DeviceRequest.Any);

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    [InlineData(-2)]
    public async Task Release_PolicyFailsOnOneThatWaits_FailsThatRequestAndServesTheNext(int? picks)
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }], new Policy(picks));
        DeviceLease held = await scheduler.AcquireAsync(Request, default);
        Task<DeviceLease> bad = scheduler.AcquireAsync(Request with { Block = "bad" }, default).AsTask();
        Task<DeviceLease> good = scheduler.AcquireAsync(Request, default).AsTask();

        held.Dispose();

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => bad.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(nameof(Policy), error.Message, StringComparison.Ordinal);
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        (await good.WaitAsync(TimeSpan.FromSeconds(60))).Dispose();
        Assert.Equal((0, 0), (scheduler.OpenLeases, scheduler.LoadOf(DeviceRequest.Any)));
    }

    [Fact]
    public async Task Release_PolicyGivesALeaseBackWhileItPicks_ServesAllThatWaitOnce()
    {
        DeviceLease? other = null;
        var policy = new Policy(null) { OnPick = () => Interlocked.Exchange(ref other, null)?.Dispose() };
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 2 }], policy);
        DeviceLease held = await scheduler.AcquireAsync(Request, default);
        DeviceLease second = await scheduler.AcquireAsync(Request, default);
        Task<DeviceLease>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => scheduler.AcquireAsync(Request, default).AsTask())];
        other = second;

        held.Dispose();

        foreach (Task<DeviceLease> lease in waiting)
        {
            (await lease.WaitAsync(TimeSpan.FromSeconds(60))).Dispose();
        }

        Assert.Equal(0, scheduler.OpenLeases);
    }

    sealed class Policy(int? picks) : IDevicePlacementPolicy
    {
        public Action? OnPick { get; init; }

        public string Name => "host";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            OnPick?.Invoke();
            return request.Block != "bad" ? 0 : picks ?? throw new FormatException("broken");
        }
    }
}
