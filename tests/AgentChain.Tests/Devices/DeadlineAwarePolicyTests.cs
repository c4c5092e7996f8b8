using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class DeadlineAwarePolicyTests
{
    const long Cache = 131_000_000;

    static readonly ComputeDevice Fast = new("fast", DeviceKind.Cuda) { Lanes = 2, Sheet = DeviceSheet.H100 };
    static readonly ComputeDevice Slow = new("slow", DeviceKind.Cuda) { Lanes = 2, Sheet = DeviceSheet.L4 };

    [Fact]
    public void Pick_PredictedTimes_TheDeviceOnWhichItEndsFirst()
    {
        Assert.Equal(1, Pick(Request(100, 250), Idle(Slow), Idle(Fast)));
        Assert.Equal(1, Pick(Request(100, 250), Idle(Slow), Busy(Fast, 120)));
        Assert.Equal(0, Pick(Request(100, 250), Idle(Slow), Busy(Fast, 200)));
    }

    [Fact]
    public void Pick_SamePredictedEnd_TheLessLoadedDevice() =>
        Assert.Equal(1, Pick(Request(100, 100), new DeviceState(Slow, 1, 0, 0), new DeviceState(Fast, 0, 0, 0)));

    [Fact]
    public void Pick_LeasesOfWhichNothingIsKnown_CountAsTheWorkItself()
    {
        DeviceState busy = new(Fast, 6, 6, 0) { UnpredictedLeases = 6 };
        Assert.Equal(0, Pick(Request(100, 250), Idle(Slow), busy));
        Assert.Equal(1, Pick(Request(100, 250), Idle(Slow), busy with { ActiveLeases = 1, UnpredictedLeases = 1 }));
    }

    [Fact]
    public void Pick_NothingPredicted_TheLeastLoadedDevice()
    {
        var request = new PlacementRequest("answer", DeviceRequest.Any);
        Assert.Equal(1, Pick(request, new DeviceState(Fast, 3, 0, 0), new DeviceState(Slow, 1, 0, 0)));
        Assert.Equal(1, Pick(request with { Predict = static _ => throw new InvalidOperationException() }, new DeviceState(Fast, 3, 0, 0), Idle(Slow)));
        Assert.Equal(1, Pick(request with { Predict = static _ => TimeSpan.FromSeconds(-1) }, new DeviceState(Fast, 3, 0, 0), Idle(Slow)));
    }

    [Fact]
    public void Pick_NothingPredictedButAState_StaysWhileALaneIsFree()
    {
        PlacementRequest request = new("answer", DeviceRequest.Any) { Affinity = new("fast") };
        Assert.Equal(0, Pick(request, new DeviceState(Fast, 1, 0, 0), Idle(Slow)));
        Assert.Equal(1, Pick(request, new DeviceState(Fast, 2, 0, 0), Idle(Slow)));
    }

    [Fact]
    public void Pick_StateElsewhere_ItsTransferCounts()
    {
        // 131 MB over 32 GB/s are 4 ms: less than the 150 ms that the faster device saves, more than the 3 ms of an even one.
        Assert.Equal(1, Pick(Request(100, 250) with { Affinity = new("slow") { Bytes = Cache } }, Idle(Slow), Idle(Fast)));
        Assert.Equal(0, Pick(Request(20, 23) with { Affinity = new("slow") { Bytes = Cache } }, Idle(Slow), Idle(Fast)));
        Assert.Equal(1, Pick(Request(20, 23), Idle(Slow), Idle(Fast)));
    }

    [Fact]
    public void Pick_StateIsBuiltAnewFaster_ThatCounts() =>
        Assert.Equal(1, Pick(
            Request(20, 23) with { Affinity = new("slow") { Bytes = 1000 * Cache, Rebuild = TimeSpan.FromMicroseconds(100) } }, Idle(Slow), Idle(Fast)));

    [Fact]
    public void Pick_CostOfMovingNotKnown_CountsAsTheWorkItself()
    {
        Assert.Equal(0, Pick(Request(100, 150) with { Affinity = new("slow") }, Idle(Slow), Idle(Fast)));
        Assert.Equal(1, Pick(Request(100, 250) with { Affinity = new("slow") }, Idle(Slow), Idle(Fast)));
    }

    [Fact]
    public void Pick_AnotherDeviceIsHardlyFaster_StaysWithItsState()
    {
        DeviceAffinity state = new("slow") { Rebuild = TimeSpan.Zero };
        Assert.Equal(0, Pick(Request(100, 105) with { Affinity = state }, Idle(Slow), Idle(Fast)));
        Assert.Equal(1, Pick(Request(100, 115) with { Affinity = state }, Idle(Slow), Idle(Fast)));
    }

    [Fact]
    public void Pick_OnlyAnotherDeviceIsInTime_GoesThere()
    {
        PlacementRequest request = Request(100, 105) with { Affinity = new("slow") { Rebuild = TimeSpan.Zero } };
        Assert.Equal(1, Pick(request with { Left = 102.Milliseconds() }, Idle(Slow), Idle(Fast)));
        Assert.Equal(0, Pick(request with { Left = 90.Milliseconds() }, Idle(Slow), Idle(Fast)));
        Assert.Equal(0, Pick(request with { Left = 200.Milliseconds() }, Idle(Slow), Idle(Fast)));
    }

    [Fact]
    public void Pick_NoisyPredictions_AStateDoesNotMoveBackAndForth()
    {
        var random = new Random(1);
        var policy = new DeadlineAwarePolicy();
        int moves = 0;
        string home = "slow";
        for (int i = 0; i < 1000; i++)
        {
            PlacementRequest request = Request(100 * (1 + (0.08 * random.NextDouble())), 100 * (1 + (0.08 * random.NextDouble())))
                with { Affinity = new(home) { Rebuild = TimeSpan.Zero } };
            string picked = policy.Pick(request, [Idle(Slow), Idle(Fast)]) == 0 ? "slow" : "fast";
            (moves, home) = (moves + (picked == home ? 0 : 1), picked);
        }

        Assert.Equal(0, moves);
    }

    [Fact]
    public void Pick_UnknownDevice_IsTriedByItsSheet()
    {
        // An L4 has a ninth of the bandwidth of the H100 whose time is known, and is idle.
        PlacementRequest request = new("answer", DeviceRequest.Any) { Predict = device => device == Fast ? 100.Milliseconds() : null };
        Assert.Equal(1, Pick(request, Idle(Slow), Busy(Fast, 400)));
        Assert.Equal(0, Pick(request, Idle(Slow), Busy(Fast, 1200)));
    }

    [Fact]
    public void Pick_UnknownDeviceWithoutASheet_CountsAsTheKnownOne()
    {
        ComputeDevice plain = new("plain", DeviceKind.Other);
        PlacementRequest request = new("answer", DeviceRequest.Any) { Predict = device => device == Fast ? 100.Milliseconds() : null };
        Assert.Equal(1, Pick(request, Busy(Fast, 10), Idle(plain)));
    }

    [Fact]
    public void Pick_DeviceOnWhichNoRunCompletes_IsTriedFourTimes()
    {
        ComputeDevice broken = new("broken", DeviceKind.Other);
        var policy = new DeadlineAwarePolicy();
        PlacementRequest request = new("answer", DeviceRequest.Any) { Predict = device => device == Fast ? 100.Milliseconds() : null };
        DeviceState[] candidates = [Busy(Fast, 50), Idle(broken)];
        Assert.Equal(4, Enumerable.Range(0, 100).Count(_ => policy.Pick(request, candidates) == 1));
    }

    [Fact]
    public void Pick_AllLanesStuck_IsTheLastChoice() =>
        Assert.Equal(1, Pick(Request(100, 250), new DeviceState(Fast, 0, 0, 2), Idle(Slow)));

    [Fact]
    public void Pick_OneCandidate_IsPicked() => Assert.Equal(0, Pick(Request(100, 250), Busy(Slow, 10_000)));

    static int Pick(PlacementRequest request, params DeviceState[] candidates) => new DeadlineAwarePolicy().Pick(request, candidates);

    static PlacementRequest Request(double fast, double slow) => new("answer", DeviceRequest.Any)
    {
        Predict = device => device == Fast ? TimeSpan.FromMilliseconds(fast) : TimeSpan.FromMilliseconds(slow),
    };

    static DeviceState Idle(ComputeDevice device) => new(device, 0, 0, 0);

    static DeviceState Busy(ComputeDevice device, double backlog) => new(device, device.Lanes, device.Lanes, 0) { Backlog = TimeSpan.FromMilliseconds(backlog) };
}
