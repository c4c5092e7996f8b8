using AgentChain.Devices;
using AgentChain.Onnx.Language;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>A lane that is given up while generations leave the loop: real threads, so that both happen at once.</summary>
public sealed class LostLaneRaceTests
{
    const int Rounds = 400, Members = 8;

    [Fact]
    public async Task RunAsync_DeviceIsLostWhileGenerationsLeave_TheLoopEndsEachOfThem()
    {
        List<Exception> unobserved = [];
        void Observe(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.ToString().Contains(nameof(DecodeLoop), StringComparison.Ordinal))
            {
                lock (unobserved)
                {
                    unobserved.Add(e.Exception);
                }
            }
        }

        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            await LoseAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }

        Assert.Empty(unobserved);
    }

    static async Task LoseAsync()
    {
        using var world = new BatchingWorld(rows: Members, most: Members);
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]);
        var random = new Random(1);
        SharedKeyValueCache[] caches = [.. Enumerable.Range(0, Members).Select(_ => world.Cache())];
        for (int round = 0; round < Rounds; round++)
        {
            using DeviceLease lease = await scheduler.AcquireAsync(new PlacementRequest("test", DeviceRequest.Any), default);
            int given = 0, spins = random.Next(3_000);
            DecodeMember[] members = [.. Enumerable.Range(0, Members).Select(i => new DecodeMember(
                lease.Lane, world.Generator(BatchingWorld.Prompt(i, 4), 1 + (i % 2), caches[i]), _ =>
                {
                    if (++given == Members)
                    {
                        scheduler.MarkLost("cpu");
                        Thread.SpinWait(spins);
                    }

                    return true;
                },
                new TokenSignal(TimeProvider.System), null, default))];
            Task[] left = [.. members.Select(member => world.Loop.RunAsync(member).AsTask())];
            await Task.WhenAll(left).WaitAsync(BatchingWorld.Hang).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.All(left, task => Assert.True(task.IsCompleted));
            Assert.True(SpinWait.SpinUntil(() => scheduler.HungCalls == 0, BatchingWorld.Hang));
            scheduler.Restore("cpu");
            Array.ForEach(caches, cache => cache.Rewind(0));
        }
    }
}
