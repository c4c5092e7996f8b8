using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>The order of jobs on a lane: committed ones first, and of these the one that should begin earliest.</summary>
public class LanePriorityTests
{
    [Fact]
    public async Task RunAsync_SpeculativeJobsWait_CommittedOnesGoFirst()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        using DeviceLease speculative = await scheduler.AcquireAsync(Speculative(() => true), default);
        using DeviceLease committed = await scheduler.AcquireAsync(Committed, default);
        using var jobs = new LaneScript(speculative.Lane);
        jobs.Add(speculative.Lane, "s1");
        jobs.Add(speculative.Lane, "s2");
        jobs.Add(committed.Lane, "c1");
        jobs.Add(committed.Lane, "c2");
        Assert.Equal(["c1", "c2", "s1", "s2"], await jobs.RunAsync());
    }

    [Fact]
    public async Task RunAsync_WorkThatCommitsWhileItWaits_NoLongerWaitsForCommittedWork()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        bool isSpeculative = true;
        using DeviceLease commits = await scheduler.AcquireAsync(Speculative(() => Volatile.Read(ref isSpeculative)), default);
        using DeviceLease stays = await scheduler.AcquireAsync(Speculative(() => true), default);
        using DeviceLease committed = await scheduler.AcquireAsync(Committed, default);
        using var jobs = new LaneScript(commits.Lane);
        jobs.Add(stays.Lane, "s");
        jobs.Add(commits.Lane, "was s");
        jobs.Add(committed.Lane, "c");
        Volatile.Write(ref isSpeculative, false);
        Assert.Equal(["was s", "c", "s"], await jobs.RunAsync());
    }

    [Fact]
    public async Task RunAsync_CommittedJobs_TheOneThatShouldBeginEarliestGoesFirst()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        using DeviceLease late = await scheduler.AcquireAsync(Committed with { StartBy = 200 }, default);
        using DeviceLease early = await scheduler.AcquireAsync(Committed with { StartBy = 100 }, default);
        using DeviceLease unknown = await scheduler.AcquireAsync(Committed, default);
        using var jobs = new LaneScript(unknown.Lane);
        jobs.Add(unknown.Lane, "unknown");
        jobs.Add(late.Lane, "late");
        jobs.Add(early.Lane, "early");
        Assert.Equal(["early", "late", "unknown"], await jobs.RunAsync());
    }

    /// <summary>To show 7, on a lane: work in slices lets committed work in after the slice that runs.</summary>
    [Fact]
    public async Task RunAsync_LongSpeculativeWorkInSlices_CommittedWorkWaitsForOneSlice()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        List<DeviceLease> prefills = [];
        for (int i = 0; i < 4; i++)
        {
            prefills.Add(await scheduler.AcquireAsync(Speculative(() => true), default));
        }

        using DeviceLease turn = await scheduler.AcquireAsync(Committed, default);
        using var slice = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        int slices = 0, before = 0;
        Task[] running = [.. prefills.Select(async lease =>
        {
            while (!stop.IsCancellationRequested)
            {
                await lease.Lane.RunAsync(slice, (wait, _) => wait.Wait(TimeSpan.FromSeconds(30)) ? Interlocked.Increment(ref slices) : 0, default);
            }
        })];
        for (int i = 0; i < 10; i++)
        {
            slice.Release();
        }

        await Eventually(() => Volatile.Read(ref slices) == 10 && turn.Lane.Pending == 4);
        Task<int> committed = turn.Lane.RunAsync(0, (_, _) => Volatile.Read(ref slices), default).AsTask();
        before = Volatile.Read(ref slices);
        await stop.CancelAsync();
        slice.Release(5);
        Assert.Equal(before + 1, await committed);
        await Task.WhenAll(running);
        prefills.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public async Task RunAsync_CallIsCanceled_TheLaneIsFreeAfterTheStepThatRuns()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        using DeviceLease decode = await scheduler.AcquireAsync(Committed, default);
        using DeviceLease next = await scheduler.AcquireAsync(Committed, default);
        using var source = new CancellationTokenSource();
        int steps = 0;
        Task<int> decoding = decode.Lane.RunAsync<int, int>(0, (_, token) =>
        {
            while (true)
            {
                token.ThrowIfCancellationRequested();
                if (Interlocked.Increment(ref steps) == 100)
                {
                    source.Cancel();
                }
            }
        }, source.Token).AsTask();
        Assert.Equal(100, await next.Lane.RunAsync(0, (_, _) => Volatile.Read(ref steps), default));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
    }

    static PlacementRequest Committed => new("turn", DeviceRequest.Any);

    static PlacementRequest Speculative(Func<bool> still) => new("prefill", DeviceRequest.Any) { IsSpeculative = true, StillSpeculative = still };

    static async Task Eventually(Func<bool> holds)
    {
        for (int i = 0; i < 10_000 && !holds(); i++)
        {
            await Task.Delay(1);
        }

        Assert.True(holds());
    }

    /// <summary>Jobs that wait behind one that holds the lane.</summary>
    sealed class LaneScript : IDisposable
    {
        readonly ManualResetEventSlim _go = new();
        readonly List<string> _ran = [];
        readonly List<Task> _tasks = [];

        public LaneScript(DeviceLane lane)
        {
            using var started = new ManualResetEventSlim();
            _tasks.Add(lane.RunAsync((_go, started), static (events, _) =>
            {
                events.started.Set();
                return events._go.Wait(TimeSpan.FromSeconds(30));
            }, default).AsTask());
            Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
        }

        public void Add(DeviceLane lane, string name) => _tasks.Add(lane.RunAsync(name, (job, _) =>
        {
            _ran.Add(job);
            return 0;
        }, default).AsTask());

        public async Task<IReadOnlyList<string>> RunAsync()
        {
            _go.Set();
            await Task.WhenAll(_tasks);
            return _ran;
        }

        public void Dispose() => _go.Dispose();
    }
}
