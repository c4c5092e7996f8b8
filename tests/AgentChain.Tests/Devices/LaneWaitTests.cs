using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>Jobs that wait for a lane, seen at once: nothing here is awaited that might never come.</summary>
public sealed class LaneWaitTests
{
    [Fact]
    public async Task RunAsync_TokenFiresWhileTheJobWaits_TheWaitIsOverAtOnce()
    {
        using var lane = new DeviceLane("busy");
        using var release = new ManualResetEventSlim();
        Task<bool> running = lane.RunAsync(release, static (release, _) => release.Wait(TimeSpan.FromSeconds(30)), default).AsTask();
        using var source = new CancellationTokenSource();
        Task<int> waits = lane.RunAsync(1, static (x, _) => x, source.Token).AsTask();
        source.Cancel();
        bool isCanceled = waits.IsCanceled;
        release.Set();
        Assert.True(await running);
        Assert.True(isCanceled, "The job still waited.");
    }
}
