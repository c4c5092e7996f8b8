using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Generations on the lanes of leases: each lease has an order of its own there, and a call that hangs is left behind.</summary>
public sealed class LanesOfLeasesTests
{
    static readonly DeviceRequest Cpu = DeviceRequest.Named("cpu");

    [Fact]
    public async Task Generate_OnTheLanesOfLeasesWithAnOrder_DecodesTogether()
    {
        using var sizes = new BatchSizes();
        using LanguageModel model = Load(sizes);
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]);
        DeviceLease[] leases = [await LeaseAsync(scheduler, 10), await LeaseAsync(scheduler, 20), await LeaseAsync(scheduler, 15)];
        using var hold = new ManualResetEventSlim();
        Task held = leases[0].Lane.Shared.RunAsync(hold, static (hold, _) => hold.Wait(BatchingWorld.Hang), default).AsTask();

        Task<string>[] answers = [.. leases.Select((l, i) => Answer(model, l.Lane, i))];
        Assert.Equal(3, model.Decoding(leases[1].Lane));
        hold.Set();
        await Task.WhenAll(answers).WaitAsync(BatchingWorld.Hang);
        await held;

        Assert.True(sizes.Steps.GetValueOrDefault(3) > 1, string.Join(", ", sizes.Steps));
        Array.ForEach(leases, l => l.Dispose());
    }

    [Fact]
    public async Task Generate_MoreUrgentThanThoseThatWait_GoesBeforeOtherJobs()
    {
        using LanguageModel model = Load();
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]);
        using DeviceLease late = await LeaseAsync(scheduler, 30), other = await LeaseAsync(scheduler, 20), early = await LeaseAsync(scheduler, 10);
        using var hold = new ManualResetEventSlim();
        Task held = late.Lane.Shared.RunAsync(hold, static (hold, _) => hold.Wait(BatchingWorld.Hang), default).AsTask();
        Task<string> lateAnswer = Answer(model, late.Lane, 1);
        Generation urgent = model.Generate(early.Lane, BatchingWorld.Prompt(2, 6), new GenerationOptions { MaxTokens = 40 });

        Task<int> between = other.Lane.RunAsync(urgent, static (urgent, _) => urgent.Statistics.Steps, default).AsTask();
        Task<string> urgentAnswer = urgent.ToTextAsync().AsTask();
        hold.Set();

        Assert.InRange(await between.WaitAsync(BatchingWorld.Hang), 1, 40);
        await Task.WhenAll(held, lateAnswer, urgentAnswer).WaitAsync(BatchingWorld.Hang);
    }

    [Fact]
    public void IsAheadOf_OfTwoLeases_FollowsTheOrderOfTheLane()
    {
        using var lane = new DeviceLane("test");

        Assert.Same(lane, lane.Shared);
        Assert.False(lane.IsAheadOf(lane));
    }

    [Fact]
    public async Task IsAheadOf_OfLeases_PutsCommittedAndEarlyOnesFirst()
    {
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]);
        using DeviceLease first = await LeaseAsync(scheduler, 10), second = await LeaseAsync(scheduler, 20), unknown = await LeaseAsync(scheduler, long.MaxValue),
            guess = await scheduler.AcquireAsync(new PlacementRequest("test", Cpu) { StartBy = 5, IsSpeculative = true }, default);
        DeviceLane[] lanes = [first.Lane, second.Lane, unknown.Lane, guess.Lane];

        for (int i = 0; i < lanes.Length; i++)
        {
            Assert.Same(lanes[0].Shared, lanes[i].Shared);
            for (int j = 0; j < lanes.Length; j++)
            {
                Assert.Equal(i < j, lanes[i].IsAheadOf(lanes[j]));
            }
        }
    }

    [Fact]
    public async Task Generate_WhileAStepHangs_FailsAndLeavesItsCacheToTheStep()
    {
        using var hang = new ManualResetEventSlim();
        using var hung = new ManualResetEventSlim();
        using LanguageModel model = Load();
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]) { CallLimit = TimeSpan.FromMilliseconds(200) };
        using DeviceLease lease = await LeaseAsync(scheduler, 10);
        string expected = await Answer(model, lease.Lane, 1);
        var clock = new HangingClock(hang, hung);
        Task<string> stuck = model.Generate(lease.Lane, BatchingWorld.Prompt(1, 6), new GenerationOptions { MaxTokens = 40 }, clock).ToTextAsync().AsTask();
        Task<string> beside = Answer(model, lease.Lane, 1);
        hung.Wait(BatchingWorld.Hang);

        await Assert.ThrowsAsync<LaneHungException>(() => stuck.WaitAsync(BatchingWorld.Hang));
        await ((Task)beside.WaitAsync(BatchingWorld.Hang)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(expected, await Answer(model, lease.Lane, 1).WaitAsync(BatchingWorld.Hang));
        hang.Set();
        Assert.Equal(expected, await Answer(model, lease.Lane, 1).WaitAsync(BatchingWorld.Hang));
    }

    [Fact]
    public async Task Generate_LongerThanACallMayTake_IsNotTakenForACallThatHangs()
    {
        using LanguageModel model = Load();
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]) { CallLimit = TimeSpan.FromSeconds(1) };
        using DeviceLease lease = await LeaseAsync(scheduler, 10);

        string answer = await model.Generate(lease.Lane, BatchingWorld.Prompt(1, 6), new GenerationOptions { MaxTokens = 40 }, new SlowClock())
            .ToTextAsync();

        Assert.Equal(await Answer(model, lease.Lane, 1), answer);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Dispose_AfterAJobWasGivenUp_ReleasesEverythingWhenItReturns(bool isLost, bool isDisposedFirst)
    {
        var host = new OnnxRuntimeHost();
        using var hang = new ManualResetEventSlim();
        using var hung = new ManualResetEventSlim();
        LanguageModel model = Load(host: host);
        using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(lanes: 1)]) { CallLimit = isLost ? null : TimeSpan.FromMilliseconds(200) };
        using DeviceLease lease = await LeaseAsync(scheduler, 10);
        var clock = new HangingClock(hang, hung);
        Task<string> stuck = model.Generate(lease.Lane, BatchingWorld.Prompt(1, 6), new GenerationOptions { MaxTokens = 40 }, clock).ToTextAsync().AsTask();
        Task<string> beside = Answer(model, lease.Lane, 2);
        hung.Wait(BatchingWorld.Hang);
        if (isLost)
        {
            scheduler.MarkLost("cpu");
            scheduler.Restore("cpu");
        }

        await Assert.ThrowsAnyAsync<Exception>(() => stuck.WaitAsync(BatchingWorld.Hang));
        await ((Task)beside.WaitAsync(BatchingWorld.Hang)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (isDisposedFirst)
        {
            model.Dispose();
        }

        hang.Set();
        Assert.True(SpinWait.SpinUntil(() => scheduler.HungCalls == 0, BatchingWorld.Hang));
        model.Dispose();

        Assert.Empty(host.Ledger.Holders);
    }

    static LanguageModel Load(BatchSizes? sizes = null, OnnxRuntimeHost? host = null) => LanguageModel.Load(
        host ?? new OnnxRuntimeHost(), Fixture.Path("tiny-genai"), options: new LanguageModelOptions { MaxLength = 160, MeterFactory = sizes });

    static ValueTask<DeviceLease> LeaseAsync(DeviceScheduler scheduler, long startBy) =>
        scheduler.AcquireAsync(new PlacementRequest("test", Cpu) { StartBy = startBy }, default);

    static Task<string> Answer(LanguageModel model, DeviceLane lane, int seed) =>
        model.Generate(lane, BatchingWorld.Prompt(seed, 6), new GenerationOptions { MaxTokens = 40 }).ToTextAsync().AsTask();

    /// <summary>A clock that hangs when it is asked for the fifth time, on the lane.</summary>
    sealed class HangingClock(ManualResetEventSlim hang, ManualResetEventSlim hung) : TimeProvider
    {
        int _asked;

        public override long GetTimestamp()
        {
            if (++_asked == 5)
            {
                hung.Set();
                hang.Wait(BatchingWorld.Hang);
            }

            return base.GetTimestamp();
        }
    }

    /// <summary>A clock that takes 50 ms on the lane.</summary>
    sealed class SlowClock : TimeProvider
    {
        public override long GetTimestamp()
        {
            Thread.Sleep(50);
            return base.GetTimestamp();
        }
    }
}
