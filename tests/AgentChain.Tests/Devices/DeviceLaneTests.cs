using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class DeviceLaneTests
{
    [Fact]
    public async Task RunAsync_Jobs_RunInOrderOneAtATimeOnTheLanesThread()
    {
        using var lane = new DeviceLane("lane");
        List<int> order = [];
        Task<string?>[] all = [.. Enumerable.Range(0, 100).Select(i => lane.RunAsync(i, (x, _) =>
        {
            order.Add(x);
            return Thread.CurrentThread.Name;
        }, default).AsTask())];
        Assert.All(await Task.WhenAll(all), name => Assert.Equal("lane", name));
        Assert.Equal(Enumerable.Range(0, 100), order);
        Assert.Equal(0, lane.Pending);
    }

    [Fact]
    public async Task RunAsync_FirstJob_StartsTheThread()
    {
        using var lane = new DeviceLane("lane");
        Assert.False(lane.HasStarted);
        Assert.Equal(1, await lane.RunAsync(1, (one, _) => one, default));
        Assert.True(lane.HasStarted);
    }

    [Fact]
    public async Task RunAsync_Continuation_DoesNotRunOnTheLane()
    {
        using var lane = new DeviceLane("lane");
        string? after = await Task.Run(async () =>
        {
            await lane.RunAsync(0, (_, _) => 0, default);
            return Thread.CurrentThread.Name;
        });
        Assert.NotEqual("lane", after);
    }

    [Fact]
    public async Task ShouldYield_AnotherJobWaitsOrTheLaneIsDisposed_IsTrue()
    {
        using var lane = new DeviceLane("lane");
        Assert.False(await lane.RunAsync(lane, (l, _) => l.ShouldYield, default));
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var other = new ManualResetEventSlim();
        using var disposed = new ManualResetEventSlim();
        Task<(bool Waits, bool Disposed)> running = lane.RunAsync(lane, (l, _) =>
        {
            started.SetResult();
            other.Wait();
            bool waits = l.ShouldYield;
            disposed.Wait();
            return (waits, l.ShouldYield);
        }, default).AsTask();
        await started.Task;
        _ = lane.RunAsync(0, (_, _) => 0, default).AsTask();
        other.Set();
        lane.Dispose();
        disposed.Set();
        Assert.Equal((true, true), await running.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task RunAsync_JobThrows_TaskThrowsAndTheLaneGoesOn()
    {
        using var lane = new DeviceLane("lane");
        await Assert.ThrowsAsync<InvalidDataException>(async () => await lane.RunAsync(0, int (_, _) => throw new InvalidDataException(), default));
        Assert.Equal(5, await lane.RunAsync(5, (x, _) => x, default));
    }

    [Fact]
    public async Task RunAsync_TokenFiresWhileItWaits_EndsAtOnceThoughTheLaneIsBusy()
    {
        using var lane = new DeviceLane("lane");
        var busy = new ManualResetEventSlim();
        Task<int> running = lane.RunAsync(busy, (b, _) =>
        {
            b.Wait();
            return 1;
        }, default).AsTask();
        using var source = new CancellationTokenSource();
        bool ran = false;
        Task<int> waiting = lane.RunAsync(0, (_, _) =>
        {
            ran = true;
            return 2;
        }, source.Token).AsTask();
        await source.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.False(running.IsCompleted);
        busy.Set();
        Assert.Equal(1, await running);
        Assert.Equal(3, await lane.RunAsync(3, (x, _) => x, default));
        Assert.False(ran);
    }

    [Fact]
    public async Task RunAsync_TokenFiresWhileItRuns_IsTheJobsToObey()
    {
        using var lane = new DeviceLane("lane");
        using var source = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        Task<int> running = lane.RunAsync(begun, (b, token) =>
        {
            b.SetResult();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
            return 1;
        }, source.Token).AsTask();
        await begun.Task;
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(running.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lane.RunAsync(0, (_, _) => 0, source.Token));
        Assert.Equal(0, lane.Pending);
    }

    [Fact]
    public async Task RunAsync_MoreJobsThanCapacity_WaitForRoom()
    {
        using var lane = new DeviceLane("lane", capacity: 2);
        var busy = new ManualResetEventSlim();
        Task<int>[] all = [.. Enumerable.Range(0, 20).Select(i => lane.RunAsync((i, busy), (s, _) =>
        {
            s.busy.Wait();
            return s.i;
        }, default).AsTask())];
        using var source = new CancellationTokenSource();
        Task<int> given = lane.RunAsync(0, (_, _) => 99, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        busy.Set();
        Assert.Equal(Enumerable.Range(0, 20), (await Task.WhenAll(all)).Order());
        Assert.Equal(0, lane.Pending);
    }

    [Fact]
    public async Task Dispose_JobsWaiting_AreCancelledAndTheRunningOneReturns()
    {
        var lane = new DeviceLane("lane");
        var busy = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        Task<int> running = lane.RunAsync((busy, begun), (s, _) =>
        {
            s.begun.SetResult();
            s.busy.Wait();
            return 1;
        }, default).AsTask();
        await begun.Task;
        Task<int> waiting = lane.RunAsync(0, (_, _) => 2, default).AsTask();
        lane.Dispose();
        busy.Set();
        Assert.Equal(1, await running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await lane.RunAsync(0, (_, _) => 3, default));
    }

    [Fact]
    public async Task IsStuck_UntilTheJobReturns_AndNotWithoutAJob()
    {
        using var lane = new DeviceLane("lane");
        lane.MarkStuck();
        Assert.False(lane.IsStuck);
        var busy = new ManualResetEventSlim();
        Task<int> running = lane.RunAsync(busy, (b, _) =>
        {
            b.Wait();
            return 1;
        }, default).AsTask();
        lane.MarkStuck();
        Assert.True(lane.IsStuck);
        busy.Set();
        await running;
        Assert.False(lane.IsStuck);
    }

    [Fact]
    public void Create_BadArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DeviceLane(" "));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceLane("lane", 0));
    }
}
