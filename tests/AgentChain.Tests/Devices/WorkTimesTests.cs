using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>The times of works inside a block, learned for each work and device.</summary>
public class WorkTimesTests
{
    static readonly ComputeDevice[] Two = [new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)];

    [Fact]
    public void AcquireAsync_PhasesAreFastOnOtherDevices_EachGoesWhereItEndsFirst() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var answer = new Phased(world, (phase, device, _) => (phase, device) switch
        {
            (WorkPhase.Prefill, "cuda:0") => 10,
            (WorkPhase.Prefill, _) => 40,
            (_, "cuda:0") => 90,
            _ => 30,
        });
        var costs = new CostBook();
        await using Chain<int, int> chain = Build(world, devices, costs, answer);
        for (int i = 0; i < 12; i++)
        {
            await chain.RunAsync(i);
        }

        answer.Placed.Clear();
        for (int i = 0; i < 4; i++)
        {
            await chain.RunAsync(i);
        }

        Assert.Equal(["prefill cuda:0", "decode cuda:1"], answer.Placed.Distinct());
        WorkTime[] works = [.. chain.Explain().Works];
        Assert.Equal(
            ["answer/decode cuda:0", "answer/decode cuda:1", "answer/prefill cuda:0", "answer/prefill cuda:1"],
            works.Select(work => $"{work.Work} {work.Device}"));
        Assert.Equal([90, 30, 10, 40], works.Select(work => Math.Round(work.Median.TotalMilliseconds / 5) * 5));
        Assert.Contains("answer/prefill", chain.Explain().ToString(), StringComparison.Ordinal);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void ToPlacementProblem_PhasesAreLearnedOnAllDevices_PlansEach() => VirtualWorld.Run(async world =>
    {
        var policy = new PlannedPolicy();
        using var devices = new DeviceScheduler(Two, policy) { Time = world.Clock };
        var answer = new Phased(world, (phase, device, _) => phase == WorkPhase.Prefill == (device == "cuda:1") ? 10 : 50);
        await using Chain<int, int> chain = Chain.From<int>("c").Then("answer", answer).Then("speak", world.Work<int>(5), o => o.On("cuda:0"))
            .Build(world.Options(o => (o.Devices, o.Costs) = (devices, new CostBook())));
        using KeeperRun run = chain.KeepPlacement(new PlacementKeeper(policy), 10.Seconds());
        await chain.RunAsync(1);
        Assert.Equal(["speak"], chain.ToPlacementProblem().Phases.Select(phase => phase.Name));
        for (int i = 0; i < 12; i++)
        {
            await chain.RunAsync(i);
        }

        Assert.Equal(["answer (prefill)", "answer (decode)", "speak"], chain.ToPlacementProblem().Phases.Select(phase => phase.Name));
        Assert.Equal(["answer (decode)"], chain.ToPlacementProblem().Phases[2].After);
        await world.Delay(10_000);
        Assert.Equal(("cuda:1", "cuda:0"), (policy.Plan?.DeviceOf("answer", WorkPhase.Prefill), policy.Plan?.DeviceOf("answer", WorkPhase.Decode)));
        Assert.Null(run.Error);
        answer.Placed.Clear();
        await chain.RunAsync(1);
        Assert.Equal(["prefill cuda:1", "decode cuda:0"], answer.Placed);
        devices.MarkLost("cuda:1");
        await world.Delay(1);
        Assert.Equal("cuda:0", policy.Plan?.DeviceOf("answer", WorkPhase.Prefill));
    });

    [Fact]
    public void AcquireAsync_SizeIsGiven_LongWorkGoesElsewhereThanShortWork() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var answer = new Phased(world, (_, device, size) => device == "cuda:0" ? 5 + (size * 0.1) : 50) { Decodes = false };
        await using Chain<int, int> chain = Build(world, devices, new CostBook(), answer);
        for (int i = 0; i < 60; i++)
        {
            await chain.RunAsync(50 + (i * 37 % 1000));
        }

        answer.Placed.Clear();
        await chain.RunAsync(60);
        await chain.RunAsync(950);
        Assert.Equal(["prefill cuda:0", "prefill cuda:1"], answer.Placed);
    });

    [Fact]
    public void Build_SavedTimesOfWorks_AreUsedFromTheFirstTurn() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var answer = new Phased(world, (_, device, _) => device == "cuda:0" ? 40 : 10);
        var learned = new CostBook();
        await using (Chain<int, int> first = Build(world, devices, learned, answer))
        {
            for (int i = 0; i < 12; i++)
            {
                await first.RunAsync(i);
            }
        }

        using var file = new MemoryStream();
        learned.Save(file);
        file.Position = 0;
        answer.Placed.Clear();
        await using Chain<int, int> chain = Build(world, devices, CostBook.Load(file), answer);
        await chain.RunAsync(1);
        Assert.Equal(["prefill cuda:1", "decode cuda:1"], answer.Placed);
    });

    [Fact]
    public void Build_TimesOfAWorkInAnUnknownBlock_Fails()
    {
        var costs = new CostBook();
        costs.Of("other/prefill", "cuda:0", CostPart.OnLane).Observe(default, 5.Milliseconds());
        var error = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("c").Then("answer", (int x) => x).Build(new ChainOptions { Costs = costs }));
        Assert.Contains("other/prefill", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InnerStatus.Completed, true)]
    [InlineData(InnerStatus.Failed, false)]
    [InlineData(InnerStatus.Canceled, false)]
    public void End_StatusAndOrder_OnlyCompletedWorkIsLearned(InnerStatus status, bool isLearned) => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var costs = new CostBook();
        await InnerWorkTests.Report(
            world,
            async (context, token) =>
            {
                InnerWork before = context.Begin("before");
                DeviceLease one = await before.AcquireAsync(DeviceRequest.Any, token);
                before.Run();
                await world.Delay(10, token);
                before.Release(one);
                before.End(status);

                InnerWork after = context.Begin("after");
                DeviceLease other = await after.AcquireAsync(DeviceRequest.Any, token);
                after.Run();
                await world.Delay(10, token);
                after.End(status);
                after.Release(other);
            },
            o => (o.Devices, o.Costs) = (devices, costs));

        Assert.Equal(
            isLearned ? ["respond/after", "respond/before"] : [],
            costs.Entries.Where(entry => entry.Part == CostPart.OnLane).Select(entry => entry.Block));
    });

    [Fact]
    public void AcquireAsync_MoreNamesThanAreLearned_WorksStillRun() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var costs = new CostBook();
        await InnerWorkTests.Report(
            world,
            async (context, token) =>
            {
                for (int i = 0; i < 100; i++)
                {
                    InnerWork work = context.Begin(i == 0 ? "\n" : $"tool {i}");
                    DeviceLease lease = await work.AcquireAsync(DeviceRequest.Any, token);
                    work.Run();
                    await world.Delay(1, token);
                    work.Release(lease);
                    work.End(InnerStatus.Completed);
                }
            },
            o => (o.Devices, o.Costs) = (devices, costs));

        Assert.Equal(64, costs.Entries.Count(entry => entry.Part == CostPart.OnLane));
    });

    [Fact]
    public void AcquireAsync_SizeIsNegative_Throws() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        await InnerWorkTests.Report(
            world,
            async (context, token) =>
            {
                InnerWork work = context.Begin("work");
                await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                    () => work.AcquireAsync(DeviceRequest.Any, WorkPhase.Whole, new CostFeatures { Tokens = -1 }, token).AsTask());
            },
            o => o.Devices = devices);
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Pick_TriesOfOnePhase_DoNotCountForAnother()
    {
        var policy = new DeadlineAwarePolicy();
        DeviceState[] states = [new(Two[0], 0, 0, 0), new(Two[1], 0, 0, 0) { Backlog = 1.Milliseconds() }];
        PlacementRequest prefill = Request(WorkPhase.Prefill);
        int[] picks = [.. Enumerable.Range(0, 5).Select(_ => policy.Pick(prefill, [states[1], states[0]]))];
        Assert.Equal([1, 1, 1, 1, 0], picks);
        Assert.Equal(1, policy.Pick(Request(WorkPhase.Decode), [states[1], states[0]]));

        static PlacementRequest Request(WorkPhase phase) => new("answer", DeviceRequest.Any, phase)
        {
            Predict = device => device.Name == "cuda:1" ? 10.Milliseconds() : null,
        };
    }

    [Fact]
    public void Build_OnForABlockThatLeasesItsPhases_IsRefused() => VirtualWorld.Run(world =>
    {
        using var devices = new DeviceScheduler([new("cuda:0", DeviceKind.Cuda)]);
        ChainValidationException error = Assert.Throws<ChainValidationException>(() =>
            Chain.From<int>("c").Then("answer", new Phased(world, (_, _, _) => 1), o => o.On("cuda:0")).Build(world.Options(o => o.Devices = devices)));
        Assert.Contains("Block 'answer' leases a device for each of its phases itself (prefill on any Cuda device, decode on any Cuda device)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Add it without On.", error.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    });

    static Chain<int, int> Build(VirtualWorld world, DeviceScheduler devices, CostBook costs, Phased answer) =>
        Chain.From<int>("c").Then("answer", answer).Build(world.Options(o => (o.Devices, o.Costs) = (devices, costs)));

    /// <summary>Reads its input, which is the size, and answers, each on a device that it leases for that.</summary>
    sealed class Phased(VirtualWorld world, Func<WorkPhase, string, int, double> time) : IBlock<int, int>, IHasInnerDevices
    {
        public IReadOnlyList<InnerDevice> InnerDevices =>
        [
            new("prefill", DeviceRequest.OfKind(DeviceKind.Cuda)) { Phase = WorkPhase.Prefill },
            new("decode", DeviceRequest.OfKind(DeviceKind.Cuda)) { Phase = WorkPhase.Decode },
        ];

        public List<string> Placed { get; } = [];

        public bool Decodes { get; init; } = true;

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await RunAsync("prefill", WorkPhase.Prefill, input, context, cancellationToken);
            if (Decodes)
            {
                await RunAsync("decode", WorkPhase.Decode, input, context, cancellationToken);
            }

            return input;
        }

        async Task RunAsync(string name, WorkPhase phase, int input, BlockContext context, CancellationToken cancellationToken)
        {
            InnerWork work = context.Begin(name);
            CostFeatures? size = Decodes ? null : new CostFeatures { Tokens = input };
            DeviceLease lease = await work.AcquireAsync(DeviceRequest.OfKind(DeviceKind.Cuda), phase, size, cancellationToken);
            work.Run();
            Placed.Add($"{name} {lease.Device.Name}");
            await world.Delay(time(phase, lease.Device.Name, input), cancellationToken);
            work.Release(lease);
            work.End(InnerStatus.Completed);
        }
    }
}
