using AgentChain.Devices;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Tests.Devices;

/// <summary>Calls that hang, and the threads that take their lanes over.</summary>
public sealed class HungLaneTests : IDisposable
{
    readonly FakeTimeProvider _clock = new();
    readonly ManualResetEventSlim _release = new();
    readonly List<LaneReplacedEventArgs> _replaced = [];

    [Fact]
    public async Task StuckLimit_DetachedCallHangs_TheLaneGoesOnAndTheThreadEndsWithTheCall()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds());
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> hung = await HangAsync(lease.Lane);
        Task<int> waits = lease.Lane.RunAsync(2, static (x, _) => x, default).AsTask();
        lease.Lane.MarkStuck();
        _clock.Advance(9900.Milliseconds());
        Assert.Equal((1, 0, false), (scheduler.StuckLanes, scheduler.HungCalls, waits.IsCompleted));
        _clock.Advance(100.Milliseconds());
        Assert.Equal(2, await waits);
        Assert.Equal((0, 1), (scheduler.StuckLanes, scheduler.HungCalls));
        LaneHungException error = await Assert.ThrowsAsync<LaneHungException>(() => hung);
        Assert.Equal(("cpu lane 0", 10.Seconds()), (error.Lane, error.Limit));
        LaneReplacedEventArgs replaced = Assert.Single(_replaced);
        Assert.Equal(("cpu", "cpu lane 0", 10.Seconds(), 1), (replaced.Device.Name, replaced.Lane, replaced.Limit, replaced.HungCalls));
        _release.Set();
        await Eventually(() => scheduler.HungCalls == 0);
        Assert.Equal(3, await lease.Lane.RunAsync(3, static (x, _) => x, default));
    }

    [Fact]
    public async Task StuckLimit_CallReturnsInTime_NothingIsReplaced()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds());
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> call = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        _clock.Advance(5.Seconds());
        _release.Set();
        Assert.Equal(1, await call);
        _clock.Advance(60.Seconds());
        Assert.Empty(_replaced);
    }

    [Fact]
    public async Task StuckLimit_AnotherCallHangsBehindTheFirst_IsFoundAfterALimitOfItsOwn()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds());
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        using var first = new ManualResetEventSlim();
        Task<bool> returns = lease.Lane.RunAsync(first, static (wait, _) => wait.Wait(TimeSpan.FromSeconds(60)), default).AsTask();
        Task<int> hung = lease.Lane.RunAsync(this, static (test, _) => test._release.Wait(TimeSpan.FromSeconds(60)) ? 1 : 0, default).AsTask();
        lease.Lane.MarkStuck();
        first.Set();
        Assert.True(await returns);
        await Eventually(() => lease.Lane.Core.Running.Job is not null);
        _clock.Advance(10.Seconds());
        Assert.Empty(_replaced);
        _clock.Advance(10.Seconds());
        await Assert.ThrowsAsync<LaneHungException>(() => hung);
        Assert.Single(_replaced);
    }

    [Fact]
    public async Task StuckLimit_Null_TheLaneStaysStuck()
    {
        using DeviceScheduler scheduler = Create(limit: null);
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> call = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((1, 0), (scheduler.StuckLanes, scheduler.HungCalls));
        _release.Set();
        Assert.Equal(1, await call);
    }

    [Fact]
    public async Task StuckLimit_EveryCallHangs_NoMoreThreadsThanLanes()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds());
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> first = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        _clock.Advance(10.Seconds());
        await Assert.ThrowsAsync<LaneHungException>(() => first);
        Task<int> second = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((1, 1), (scheduler.StuckLanes, scheduler.HungCalls));
        Assert.False(second.IsCompleted);
        _release.Set();
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task CallLimit_CallThatIsStillWaitedForHangs_ItsCallerIsTold()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds(), calls: 2.Seconds());
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> hung = await HangAsync(lease.Lane);
        _clock.Advance(1900.Milliseconds());
        Assert.False(hung.IsCompleted);
        _clock.Advance(600.Milliseconds());
        Assert.Contains("did not return within 2000 ms", (await Assert.ThrowsAsync<LaneHungException>(() => hung)).Message);
        Assert.Equal(1, scheduler.HungCalls);
        _release.Set();
        await Eventually(() => scheduler.HungCalls == 0);
    }

    [Fact]
    public async Task LaneReplaced_HandlerThrows_TheLaneIsReplacedAllTheSameAndTheOtherHandlersAreCalled()
    {
        using DeviceScheduler scheduler = Create(limit: 10.Seconds());
        bool told = false;
        scheduler.LaneReplaced += (_, _) => throw new InvalidOperationException("host");
        scheduler.LaneReplaced += (_, _) => told = true;
        using DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> hung = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        _clock.Advance(10.Seconds());
        await Assert.ThrowsAsync<LaneHungException>(() => hung);
        Assert.Equal(3, await lease.Lane.RunAsync(3, static (x, _) => x, default));
        Assert.True(told);
        _release.Set();
    }

    [Fact]
    public async Task Dispose_WhileACallHangs_EndsTheThreadWithTheCall()
    {
        DeviceScheduler scheduler = Create(limit: 10.Seconds());
        DeviceLease lease = await scheduler.AcquireAsync(Request, default);
        Task<int> call = await HangAsync(lease.Lane);
        lease.Lane.MarkStuck();
        scheduler.Dispose();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_replaced);
        _release.Set();
        Assert.Equal(1, await call);
    }

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    static PlacementRequest Request => new("block", DeviceRequest.Any);

    DeviceScheduler Create(TimeSpan? limit, TimeSpan? calls = null)
    {
        var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]) { Time = _clock, StuckLimit = limit, CallLimit = calls };
        scheduler.LaneReplaced += (_, replaced) => _replaced.Add(replaced);
        return scheduler;
    }

    /// <summary>Starts a call that does not return before the test says so.</summary>
    async Task<Task<int>> HangAsync(DeviceLane lane)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> call = lane.RunAsync((_release, started), static (events, _) =>
        {
            events.started.SetResult();
            return events._release.Wait(TimeSpan.FromSeconds(60)) ? 1 : 0;
        }, default).AsTask();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return call;
    }

    static async Task Eventually(Func<bool> holds)
    {
        for (int i = 0; i < 10_000 && !holds(); i++)
        {
            await Task.Delay(1);
        }

        Assert.True(holds());
    }
}
