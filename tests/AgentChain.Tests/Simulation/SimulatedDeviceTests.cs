using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

public class SimulatedDeviceTests
{
    [Fact]
    public void RunAsync_TwoServersThreeJobs_ThirdWaits() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock, servers: 2);
        Task[] jobs = [Job(world, device, "a", 30), Job(world, device, "b", 50), Job(world, device, "c", 10)];
        Assert.Equal((2, 1, 1.5), (device.Running, device.Waiting, device.Load));
        await Task.WhenAll(jobs);
        Assert.Equal(["30 a", "40 c", "50 b"], world.Events);
        Assert.Equal(90.Milliseconds(), device.Busy);
        Assert.Equal((3, 0), (device.Completed, device.Aborted));
    });

    [Fact]
    public void RunAsync_CertainBehindSpeculative_GoesFirst() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        await Task.WhenAll(
            Job(world, device, "runs", 10), Job(world, device, "guess", 10, speculative: true), Job(world, device, "certain", 10));
        Assert.Equal(["10 runs", "20 certain", "30 guess"], world.Events);
    });

    [Fact]
    public void RunAsync_Slices_CertainWaitsForOneSliceAtMost() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock, slice: 20.Milliseconds());
        Task guess = Job(world, device, "guess", 100, speculative: true);
        await world.Delay(25);
        Task certain = Job(world, device, "certain", 30);
        await Task.WhenAll(guess, certain);
        Assert.Equal(["70 certain", "130 guess"], world.Events);
        Assert.Equal(100, device.BusySpeculative.Ms());
        Assert.Equal(130, device.Busy.Ms());
    });

    [Fact]
    public void RunAsync_NoSlices_SpeculativeRunsToItsEnd() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        Task guess = Job(world, device, "guess", 100, speculative: true);
        await world.Delay(25);
        await Task.WhenAll(guess, Job(world, device, "certain", 30));
        Assert.Equal(["100 guess", "130 certain"], world.Events);
    });

    [Fact]
    public void RunAsync_CancelledWhileQueued_LeavesAtOnce() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        using var source = new CancellationTokenSource();
        Task first = Job(world, device, "first", 50);
        Task gone = Job(world, device, "gone", 50, token: source.Token);
        Task last = Job(world, device, "last", 50);
        await world.Delay(10);
        source.Cancel();
        Assert.True(gone.IsCanceled);
        Assert.Equal(1, device.Waiting);
        await Task.WhenAll(first, last);
        Assert.Equal(["50 first", "100 last"], world.Events);
        Assert.Equal((100.0, 0.0, 1), (device.Busy.Ms(), device.BusyAborted.Ms(), device.Aborted));
    });

    [Fact]
    public void RunAsync_CancelledWhileRunning_FreesTheServerAtOnce() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock, slice: 20.Milliseconds());
        using var source = new CancellationTokenSource();
        Task gone = Job(world, device, "gone", 100, speculative: true, source.Token);
        Task next = Job(world, device, "next", 50, speculative: true);
        await world.Delay(33);
        Assert.Equal(33, device.Busy.Ms());
        source.Cancel();
        Assert.True(gone.IsCanceled);
        await next;
        Assert.Equal(["83 next"], world.Events);
        Assert.Equal((83.0, 83.0, 33.0), (device.Busy.Ms(), device.BusySpeculative.Ms(), device.BusyAborted.Ms()));
        Assert.Equal((0, 0), (device.Running, device.Waiting));
    });

    [Fact]
    public void RunAsync_BecomesCertainWhileQueued_GoesByItsArrival() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock);
        bool isSpeculative = true;
        Task first = Job(world, device, "first", 50);
        Task promoted = Note(world, "promoted", device.RunAsync(10.Milliseconds(), () => isSpeculative));
        Task certain = Job(world, device, "certain", 10);
        Task guess = Job(world, device, "guess", 10, speculative: true);
        await world.Delay(20);
        isSpeculative = false;
        await Task.WhenAll(first, promoted, certain, guess);
        Assert.Equal(["50 first", "60 promoted", "70 certain", "80 guess"], world.Events);
    });

    [Fact]
    public void RunAsync_BecomesCertainWhileRunning_IsNoLongerSliced() => VirtualWorld.Run(async world =>
    {
        var device = new SimulatedDevice(world.Clock, slice: 20.Milliseconds());
        bool isSpeculative = true;
        Task promoted = Note(world, "promoted", device.RunAsync(100.Milliseconds(), () => isSpeculative));
        await world.Delay(10);
        isSpeculative = false;
        Task certain = Job(world, device, "certain", 10);
        await Task.WhenAll(promoted, certain);
        Assert.Equal(["100 promoted", "110 certain"], world.Events);
        Assert.Equal(20, device.BusySpeculative.Ms());
    });

    [Fact]
    public void RunAsync_RandomJobs_WorkIsConserved() => VirtualWorld.Run(async world =>
    {
        for (int seed = 0; seed < 200; seed++)
        {
            RandomKey key = RandomKey.Of(seed);
            var device = new SimulatedDevice(world.Clock, 1 + key.Below(3), key.Fold(1).Below(2) == 0 ? 7.Milliseconds() : null);
            double completed = 0;
            await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            {
                RandomKey job = key.Fold("job").Fold(i);
                await world.Delay(job.Fold(1).Below(200));
                using var source = new CancellationTokenSource();
                using ITimer cancel = world.Clock.CreateTimer(
                    _ => source.Cancel(), null, job.Fold(2).Below(400).Milliseconds(), Timeout.InfiniteTimeSpan);
                TimeSpan certainAt = world.Elapsed + job.Fold(3).Below(100).Milliseconds();
                int work = 1 + job.Fold(4).Below(40);
                try
                {
                    await device.RunAsync(work.Milliseconds(), () => world.Elapsed < certainAt, source.Token);
                    completed += work;
                }
                catch (OperationCanceledException)
                {
                }
            }));
            Assert.Equal((0, 0, 40), (device.Running, device.Waiting, device.Completed + device.Aborted));
            Assert.Equal(device.Busy.Ms(), completed + device.BusyAborted.Ms(), 6);
            Assert.True(device.BusySpeculative <= device.Busy);
        }
    });

    static Task Job(
        VirtualWorld world, SimulatedDevice device, string name, int work, bool speculative = false, CancellationToken token = default) =>
        Note(world, name, device.RunAsync(work.Milliseconds(), speculative, token));

    static async Task Note(VirtualWorld world, string name, ValueTask job)
    {
        await job;
        world.Record(name);
    }
}
