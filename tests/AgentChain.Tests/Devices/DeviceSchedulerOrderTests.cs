using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>In which order requests that wait are served.</summary>
public sealed class DeviceSchedulerOrderTests
{
    static readonly ComputeDevice One = new("one", DeviceKind.Other) { MaxLeases = 1 };

    [Fact]
    public void Release_StartTimesAreKnown_TheEarliestIsServedAndTheUnknownLast() => Assert.Equal(
        ["b", "e", "c", "a", "d"],
        Served(Of("a"), Of("b", startBy: -5), Of("c", startBy: 20), Of("d"), Of("e", startBy: 10)));

    [Fact]
    public void Release_StartTimesAreEqual_TheOrderOfArrivalHolds() => Assert.Equal(
        ["a", "b", "c"], Served(Of("a", startBy: 7), Of("b", startBy: 7), Of("c", startBy: 7)));

    [Fact]
    public void Release_SomeCanWait_TheyGoAfterAllCommittedAndBeforeSpeculativeWork() => Assert.Equal(
        ["d", "b", "f", "a", "c", "e"],
        Served(
            Of("a", startBy: 5) with { CanWait = () => true },
            Of("b"),
            Of("c", startBy: 6) with { CanWait = () => true },
            Of("d", startBy: 50) with { CanWait = () => false },
            Of("e", startBy: 1) with { IsSpeculative = true },
            Of("f")));

    [Fact]
    public void Release_WaitIsOver_GoesFirst()
    {
        bool canWait = true;
        using var scheduler = new DeviceScheduler([One]);
        DeviceLease held = scheduler.AcquireAsync(Of("held"), default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> plays = scheduler.AcquireAsync(Of("plays", startBy: 5) with { CanWait = () => canWait }, default).AsTask();
        Task<DeviceLease> silent = scheduler.AcquireAsync(Of("silent", startBy: 9), default).AsTask();
        Task<DeviceLease> other = scheduler.AcquireAsync(Of("other", startBy: 3), default).AsTask();

        held.Dispose();
        Assert.Equal((false, false, true), (plays.IsCompleted, silent.IsCompleted, other.IsCompleted));
        canWait = false;
        other.Result.Dispose();
        Assert.Equal((true, false), (plays.IsCompleted, silent.IsCompleted));
        plays.Result.Dispose();
        silent.Result.Dispose();
    }

    [Fact]
    public void AcquireAsync_CanWaitAndThereIsRoom_IsServedAtOnce()
    {
        using var scheduler = new DeviceScheduler([One]);
        Task<DeviceLease> lease = scheduler.AcquireAsync(Of("plays") with { CanWait = () => true }, default).AsTask();
        Assert.True(lease.IsCompleted);
        lease.Result.Dispose();
    }

    [Fact]
    public void CanWaitNow_QuestionThrows_CannotWait()
    {
        Assert.False((Of("a") with { CanWait = static () => throw new InvalidDataException() }).CanWaitNow);
        Assert.False(Of("a").CanWaitNow);
    }

    [Fact]
    public void Cancel_RequestInTheMiddle_TheOthersKeepTheirOrder()
    {
        using var scheduler = new DeviceScheduler([One]);
        using var stop = new CancellationTokenSource();
        DeviceLease held = scheduler.AcquireAsync(Of("held"), default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> late = scheduler.AcquireAsync(Of("late", startBy: 30), default).AsTask();
        Task<DeviceLease> gone = scheduler.AcquireAsync(Of("gone", startBy: 20), stop.Token).AsTask();
        Task<DeviceLease> first = scheduler.AcquireAsync(Of("first", startBy: 10), default).AsTask();
        stop.Cancel();
        Assert.True(gone.IsCanceled);
        held.Dispose();
        Assert.Equal((true, false), (first.IsCompleted, late.IsCompleted));
        first.Result.Dispose();
        late.Result.Dispose();
        Assert.Equal(0, scheduler.LoadOf(DeviceRequest.Any));
    }

    [Fact]
    public void Release_PolicyCancelsOthersFromWithinPick_TheWalkGoesOn()
    {
        using var stop = new CancellationTokenSource();
        var policy = new Cancels(stop);
        using var scheduler = new DeviceScheduler([One], policy);
        DeviceLease held = scheduler.AcquireAsync(Of("held"), default).AsTask().GetAwaiter().GetResult();
        Task<DeviceLease> refused = scheduler.AcquireAsync(Of("refused", startBy: 1), stop.Token).AsTask();
        Task<DeviceLease> gone = scheduler.AcquireAsync(Of("gone", startBy: 2), stop.Token).AsTask();
        Task<DeviceLease> last = scheduler.AcquireAsync(Of("last", startBy: 3), default).AsTask();
        held.Dispose();
        Assert.Equal((true, true, true), (refused.IsCanceled, gone.IsCanceled, last.IsCompletedSuccessfully));
        last.Result.Dispose();
        Assert.Equal(0, scheduler.OpenLeases);
    }

    [Fact]
    public void Release_RandomRequests_AreServedInTheirOrder()
    {
        var random = new Random(11);
        for (int round = 0; round < 50; round++)
        {
            PlacementRequest[] requests =
            [
                .. Enumerable.Range(0, 30).Select(i => Of($"{i:00}", random.Next(3) == 0 ? long.MaxValue : random.Next(10)) with
                {
                    IsSpeculative = random.Next(4) == 0,
                    CanWait = random.Next(3) == 0 ? static () => true : null,
                }),
            ];
            string[] expected =
            [
                .. requests.OrderBy(r => r.IsSpeculative).ThenBy(r => !r.IsSpeculative && r.CanWaitNow).ThenBy(r => r.StartBy)
                    .ThenBy(r => r.Block, StringComparer.Ordinal).Select(r => r.Block),
            ];
            Assert.Equal(expected, Served(requests));
        }
    }

    [Fact]
    public void Release_ManyPlayOrGuess_FewAreAsked()
    {
        int asked = 0;
        using var scheduler = new DeviceScheduler([One]);
        DeviceLease held = scheduler.AcquireAsync(Of("held"), default).AsTask().GetAwaiter().GetResult();
        PlacementRequest plays = Of("plays") with { CanWait = () => ++asked > 0 };
        PlacementRequest guesses = Of("guesses") with { IsSpeculative = true, StillSpeculative = () => ++asked > 0 };
        List<Task<DeviceLease>> waiting = [.. Enumerable.Range(0, 2000).Select(i => scheduler.AcquireAsync(i % 2 == 0 ? plays : guesses, default).AsTask())];
        Task<DeviceLease> silent = scheduler.AcquireAsync(Of("silent"), default).AsTask();

        held.Dispose();
        Assert.True(silent.IsCompleted);
        Assert.InRange(asked, 1, 100);
        silent.Result.Dispose();
        Assert.Equal("plays", Assert.Single(waiting, w => w.IsCompleted).Result.Holder);
        Assert.InRange(asked, 1, 300);
    }

    static PlacementRequest Of(string block, long startBy = long.MaxValue) => new(block, DeviceRequest.Any) { StartBy = startBy };

    /// <summary>Lets requests wait for the one lease of a device, and returns the order in which they get it.</summary>
    static string[] Served(params PlacementRequest[] requests)
    {
        using var scheduler = new DeviceScheduler([One]);
        DeviceLease held = scheduler.AcquireAsync(Of("held"), default).AsTask().GetAwaiter().GetResult();
        List<Task<DeviceLease>> waiting = [.. requests.Select(r => scheduler.AcquireAsync(r, default).AsTask())];
        List<string> served = [];
        while (waiting.Count > 0)
        {
            held.Dispose();
            Task<DeviceLease> next = Assert.Single(waiting, w => w.IsCompleted);
            waiting.Remove(next);
            held = next.Result;
            served.Add(held.Holder);
        }

        held.Dispose();
        return [.. served];
    }

    sealed class Cancels(CancellationTokenSource stop) : IDevicePlacementPolicy
    {
        public string Name => "cancels";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
        {
            if (request.Block != "refused")
            {
                return 0;
            }

            stop.Cancel();
            return -1;
        }
    }
}
