using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>Blocks on devices, law 10 and the lanes of law 1.</summary>
public class DeviceChainTests
{
    [Fact]
    public async Task On_Device_BlockRunsOnALaneOfTheDeviceItAskedFor()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)]);
        await using Chain<int, string> chain = Chain.From<int>("devices")
            .Then("named", (int _, BlockContext c, CancellationToken token) => c.Lease!.Lane.RunAsync(0, (_, _) => Thread.CurrentThread.Name!, token), o => o.On("cuda:1"))
            .Then("kind", async (string x, BlockContext c, CancellationToken token) => $"{x}, {c.Lease!.Device.Name}", o => o.On(DeviceKind.Cpu))
            .Then("none", (string x, BlockContext c, CancellationToken token) => ValueTask.FromResult($"{x}, {c.Lease?.Device.Name ?? "none"}"))
            .Build(new ChainOptions { Devices = devices });
        Assert.Equal("cuda:1 lane 0, cpu, none", await chain.RunAsync(1));
        Assert.Equal(0, devices.OpenLeases);
    }

    [Fact]
    public void On_FullDevice_WaitIsInTheReportAndOutsideTheBlocksBudget() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await using Chain<int, int> chain = Chain.From<int>("full")
            .Then("model", world.Work<int>(30), o => o.On("cpu").Budget(40.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options(o => o.Devices = devices));
        Turn<int>[] turns = [.. Enumerable.Range(0, 3).Select(i => chain.Start(i))];
        TurnResult[] results = await Task.WhenAll(turns.Select(t => t.Completion));
        Assert.All(results, r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
        Assert.All(results, Reports.AssertLawful);
        TurnReport last = results[^1].Report;
        Assert.Equal([(PartKind.Device, 60.0), (PartKind.Block, 30.0)], last.Parts.Select(p => (p.Kind, p.Duration.Ms())));
        Assert.Equal(60, last.Spans.Single().DeviceWait.Ms());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void On_TurnEndsWhileItWaitsForADevice_LeavesNoLeaseAndTheNextIsServed() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await using Chain<int, int> chain = Chain.From<int>("full")
            .Then("model", world.Work<int>(100), o => o.On("cpu"))
            .Build(world.Options(o => o.Devices = devices));
        Turn<int> first = chain.Start(1);
        Turn<int> second = chain.Start(2);
        Turn<int> third = chain.Start(3);
        await world.Delay(10);
        second.Interrupt();
        await Task.WhenAll(first.Completion, third.Completion);
        Assert.Equal(200, world.Elapsed.Ms());
        TurnResult interrupted = await second.Completion;
        Reports.AssertLawful(interrupted);
        Assert.Equal([PartKind.Device], interrupted.Report.Parts.Select(p => p.Kind));
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public async Task On_BlockIgnoresItsTokenOnALane_LaneIsReportedStuckUntilItReturnsAndOthersAvoidIt()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(2)]);
        var begun = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("stuck")
            .Then("model", (int x, BlockContext c, CancellationToken token) => c.Lease!.Lane.RunAsync((x, release), (s, _) =>
            {
                if (s.x == 1)
                {
                    begun.SetResult();
                    s.release.Wait();
                }

                return s.x;
            }, token), o => o.On("cpu"))
            .Build(new ChainOptions { Devices = devices, Grace = 1.Milliseconds() });
        Turn<int> deaf = chain.Start(1);
        await begun.Task;
        Assert.Equal(1, devices.OpenLeases);
        deaf.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await deaf.Completion).Outcome);
        await Eventually.Async(() => devices.StuckLanes == 1);
        Assert.Equal(1, chain.DetachedBlocks);
        for (int i = 2; i < 10; i++)
        {
            Assert.Equal(i, await chain.RunAsync(i));
        }

        release.Set();
        await Eventually.Async(() => devices.StuckLanes == 0 && chain.DetachedBlocks == 0 && devices.OpenLeases == 0);
    }

    [Fact]
    public void On_StreamsFailuresAndFallbacks_GiveTheirLeasesBack() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("leases")
            .Then("fails", int (int x) => x == 1 ? throw new InvalidDataException() : x, o => o.On("cpu"))
            .Then("falls back", async (int x, CancellationToken token) =>
            {
                await world.Delay(x == 2 ? 10_000 : 1, token);
                return x;
            }, o => o.On("cpu").Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Stream<int>("streams", (x, _, _) => Items(x), o => o.On("cpu"))
            .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.On("cpu"))
            .Build(world.Options());
        await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunToListAsync(1));
        Assert.Equal(0, chain.Devices.OpenLeases);
        Assert.Equal([7, 7], await chain.RunToListAsync(2));
        await world.Delay(1);
        Assert.Equal(0, chain.Devices.OpenLeases);
        await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunToListAsync(3));
        Assert.Equal(0, chain.Devices.OpenLeases);
        Assert.Equal([4, 4], await chain.RunToListAsync(4));
        Assert.Equal(0, chain.Devices.OpenLeases);

        async IAsyncEnumerable<int> Items(int x)
        {
            yield return x;
            await world.Delay(1);
            yield return x == 3 ? throw new InvalidDataException() : x;
        }
    });
}
