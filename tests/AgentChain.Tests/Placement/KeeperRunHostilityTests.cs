using AgentChain.Devices;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Time.Testing;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

/// <summary>Keepers that run by themselves, with clocks and schedulers that misbehave.</summary>
public sealed class KeeperRunHostilityTests
{
    static readonly PlacementProblem Problem = new([Phase("a", ("x", new(1.Milliseconds())))], [Device("x")]);

    readonly BadClock _time = new();
    readonly PlacementKeeper _keeper = new(new PlannedPolicy());

    [Fact]
    public void Start_TimerThrowsOnce_NextUpdateComesInTime()
    {
        using KeeperRun run = _keeper.Start(() => Problem, 10.Seconds(), time: _time);
        _time.Throws = true;
        _time.Advance(10.Seconds());
        Assert.IsType<FormatException>(run.Error);
        run.UpdateSoon();
        _time.Throws = false;
        _time.Advance(10.Seconds());
        Assert.Equal((2L, null), (run.Updates, run.Error));
        _time.Advance(9.Seconds());
        Assert.Equal(2, run.Updates);
    }

    [Fact]
    public void Error_NextUpdateEndsFirst_IsThatOfTheNext()
    {
        _time.FiresInPlace = true;
        KeeperRun? run = null;
        int calls = 0;
        List<Exception> failures = [];
        run = _keeper.Start(
            () =>
            {
                if (++calls == 1)
                {
                    run!.UpdateSoon();
                    throw new FormatException();
                }

                return Problem;
            },
            10.Seconds(), time: _time);
        run.Failed += (_, args) => failures.Add(args.Error);
        _time.Advance(10.Seconds());
        Assert.Equal((2, 2L, null), (calls, run.Updates, run.Error));
        Assert.IsType<FormatException>(Assert.Single(failures));
        run.Dispose();
    }

    [Fact]
    public void Dispose_TimerOrSchedulerThrows_DoesNotThrowAndForgetsTheRest()
    {
        var devices = new BadScheduler();
        KeeperRun run = _keeper.Start(() => Problem, 10.Seconds(), devices, _time);
        bool isForgotten = false;
        run.OnStop(() => isForgotten = true);
        (_time.Throws, devices.Throws) = (true, true);
        run.Dispose();
        Assert.True(isForgotten);
        run.OnStop(() => throw new FormatException());
        Assert.Equal(1, devices.Removals);
    }

    [Fact]
    public async Task Dispose_UpdateHangsInPlaceOfTheClock_DoesNotWaitForIt()
    {
        _time.FiresInPlace = true;
        using var hang = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        KeeperRun run = _keeper.Start(
            () =>
            {
                begun.SetResult();
                hang.Wait(CancellationToken.None);
                return Problem;
            },
            10.Seconds(), time: _time);
        Task update = Task.Run(run.UpdateSoon, CancellationToken.None);
        await begun.Task;
        await Task.Run(run.Dispose, CancellationToken.None).WaitAsync(60.Seconds());
        hang.Set();
        await update;
        Assert.Equal(1, run.Updates);
    }

    [Fact]
    public void Start_SchedulerThrows_ThrowsAndUpdatesNothing()
    {
        var devices = new BadScheduler { Throws = true };
        int calls = 0;
        Assert.Throws<FormatException>(() => _keeper.Start(
            () =>
            {
                calls++;
                return Problem;
            },
            10.Seconds(), devices, _time));
        _time.Advance(60.Seconds());
        Assert.Equal(0, calls);
    }

    [Fact]
    public void Start_DevicesComeAndGoQuickly_UpdatesOnce() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([new("x", DeviceKind.Cuda)]);
        using KeeperRun run = _keeper.Start(() => Problem, 10.Seconds(), devices, world.Clock);
        for (int i = 0; i < 5000; i++)
        {
            devices.MarkLost("x");
            devices.Restore("x");
        }

        await world.Delay(1.Milliseconds());
        Assert.Equal(1, run.Updates);
    });

    [Fact]
    public void Next_ClockIsSetBack_MeasuresFromThere()
    {
        long turns = 0;
        var rate = new ArrivalRate(_time, 5.Seconds(), () => turns);
        _time.Offset = -TimeSpan.FromHours(1);
        Assert.Equal(0, rate.Next());
        turns = 100;
        _time.Advance(10.Seconds());
        Assert.Equal(10, rate.Next());
    }

    [Fact]
    public void Next_NoTimeHasPassed_ReturnsTheLast()
    {
        var rate = new ArrivalRate(_time, TimeSpan.Zero, () => 5);
        Assert.Equal(0, rate.Next());
    }

    /// <summary>A scheduler that throws when its event is used.</summary>
    sealed class BadScheduler : IDeviceScheduler
    {
        public bool Throws { get; set; }

        public int Removals { get; private set; }

        public event EventHandler<DevicePresenceEventArgs>? PresenceChanged
        {
            add => _ = Throws ? throw new FormatException() : value;

            remove
            {
                Removals++;
                _ = Throws ? throw new FormatException() : value;
            }
        }

        public IReadOnlyList<ComputeDevice> Devices => [];

        public int OpenLeases => 0;

        public int StuckLanes => 0;

        public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>A clock that can be set back, and whose timers throw or fire at once.</summary>
    sealed class BadClock : FakeTimeProvider
    {
        public TimeSpan Offset { get; set; }

        public bool Throws { get; set; }

        public bool FiresInPlace { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + TimeSpan.FromDays(1).Ticks + Offset.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, () => callback(state), base.CreateTimer(callback, state, dueTime, period));

        sealed class Timer(BadClock clock, Action fire, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (clock.Throws)
                {
                    throw new FormatException();
                }

                if (clock.FiresInPlace && dueTime == TimeSpan.Zero)
                {
                    fire();
                    return true;
                }

                return inner.Change(dueTime, period);
            }

            public void Dispose()
            {
                inner.Dispose();
                _ = clock.Throws ? throw new FormatException() : 0;
            }

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
