using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Tests.Building;

/// <summary>Chains that are kept warm, with blocks, clocks and devices that misbehave.</summary>
public sealed class KeepWarmHostilityTests
{
    static readonly ComputeDevice Card = new("cuda:0", DeviceKind.Cuda) { MaxLeases = 4 };

    [Fact]
    public void KeepWarm_DeviceIsBackAndBusy_TriesOnceInAPeriod() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Card]) { Time = world.Clock };
        int asked = 0;
        var block = new Warm((_, token) => ++asked < 1000 ? Task.Delay(Timeout.Infinite, token) : throw new OperationCanceledException());
        await using Chain<int, int> chain = Build(world, devices, block);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.WarmUpAsync(new CancellationToken(true)));
        devices.MarkLost("cuda:0");
        devices.Restore("cuda:0");
        using DeviceLease busy = await devices.AcquireAsync(new("other", DeviceRequest.Any), default);
        await world.Delay(1050);
        Assert.InRange(devices.OpenLeases, 1, 1);
        Assert.InRange(block.Asked, 0, 11);
    });

    [Fact]
    public void KeepWarm_WarmUpIgnoresItsToken_IsNotRunTwiceAtOnce() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Card]) { Time = world.Clock };
        var never = new TaskCompletionSource();
        var block = new Warm((_, _) => never.Task);
        await using (Chain<int, int> chain = Build(world, devices, block))
        {
            for (int i = 0; i < 10; i++)
            {
                await world.Delay(1000);
                Assert.Equal(i, await chain.RunAsync(i));
            }

            await world.Delay(5000);
            Assert.Equal((1, 0), (block.Asked, devices.OpenLeases));
            never.SetResult();
            await world.Delay(50);
            Assert.Equal(2, block.Asked);
        }

        Assert.Empty(devices.Ledger.Holders);
    });

    [Fact]
    public void KeepWarm_RunWithoutADeviceInProgress_IsNotWarmedUpBesideIt() => VirtualWorld.Run(async world =>
    {
        var block = new Warm((_, _) => Task.CompletedTask) { Work = token => world.Delay(1000, token) };
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("model", block).Build(world.Options(o => o.KeepWarm = 100.Milliseconds()));
        await chain.RunAsync(1);
        Assert.Equal(0, block.Asked);
        await world.Delay(101);
        Assert.Equal(1, block.Asked);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KeepWarm_InnerLeaseIsNotGivenBack_IsReleasedWithTheWarmUp(bool hangs) => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Card]) { Time = world.Clock };
        var never = new TaskCompletionSource();
        var block = new Warm(async (context, token) =>
        {
            _ = await context.Begin("inner").AcquireAsync(DeviceRequest.Any, token);
            await (hangs ? never.Task : Task.FromException(new FormatException()));
        });
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("model", block)
            .Build(world.Options(o => (o.Devices, o.KeepWarm, o.Grace) = (devices, 100.Milliseconds(), 50.Milliseconds())));
        await world.Delay(1050);
        Assert.Equal((hangs ? 1 : 10, hangs ? 1 : 0), (block.Asked, devices.OpenLeases));
        using DeviceLease other = await devices.AcquireAsync(new("other", DeviceRequest.Any), default);
        await world.Delay(60);
        Assert.Equal(1, devices.OpenLeases);
        never.SetResult();
    });

    [Fact]
    public void KeepWarm_DeviceComesAndGoesQuickly_LooksOnce() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Card]) { Time = world.Clock };
        var block = new Warm((_, _) => Task.CompletedTask);
        await using Chain<int, int> chain = Build(world, devices, block);
        await chain.WarmUpAsync();
        int looks = block.Looks;
        for (int i = 0; i < 1000; i++)
        {
            devices.MarkLost("cuda:0");
            devices.Restore("cuda:0");
        }

        await world.Delay(1);
        Assert.InRange(block.Looks - looks, 1, 9);
        Assert.Equal(2, block.Asked);
    });

    [Fact]
    public async Task KeepWarm_ClockIsSetBackOrItsTimersThrow_GoesOn()
    {
        var time = new BadClock();
        using var asked = new SemaphoreSlim(0);
        var block = new Warm((_, _) =>
        {
            asked.Release();
            return Task.CompletedTask;
        });
        Chain<int, int> chain = Chain.From<int>("kept").Then("model", block)
            .Build(new ChainOptions { TimeProvider = time, KeepWarm = TimeSpan.FromHours(1) });
        await NextAsync();
        time.Offset = -TimeSpan.FromMinutes(50).Ticks;
        await NextAsync();
        time.Throws = true;
        await NextAsync();
        await NextAsync();
        await chain.DisposeAsync();

        async Task NextAsync()
        {
            for (int i = 0; i < 10_000; i++)
            {
                time.Advance(TimeSpan.FromMinutes(i % 2 == 0 ? 7 : 0));
                if (await asked.WaitAsync(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken))
                {
                    return;
                }
            }

            Assert.Fail("It was not warmed up any more.");
        }
    }

    [Fact]
    public async Task KeepWarm_BlockHangsBeforeItsFirstAwait_OthersAreWarmedAndTurnsRun()
    {
        using var devices = new DeviceScheduler([Card with { MaxLeases = 1 }]);
        using var hang = new ManualResetEventSlim();
        var warmed = new TaskCompletionSource();
        var first = new Warm((_, _) =>
        {
            hang.Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
        var second = new Warm((_, _) =>
        {
            warmed.TrySetResult();
            return Task.CompletedTask;
        });
        Chain<int, int> chain = Chain.From<int>("kept").Then("first", first, o => o.On(DeviceKind.Cuda)).Then("second", second)
            .Build(new ChainOptions { Devices = devices, KeepWarm = TimeSpan.FromMilliseconds(5), Grace = TimeSpan.FromMilliseconds(5) });
        try
        {
            await warmed.Task;
            Assert.Equal(1, await chain.RunAsync(1));
        }
        finally
        {
            hang.Set();
        }

        await chain.DisposeAsync();
        Assert.Equal(0, devices.OpenLeases);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void KeepWarm_ManyChainsOnOneScheduler_EveryLeaseIsGivenBack(int seed) => VirtualWorld.Run(async world =>
    {
        var random = new Random(seed);
        using var devices = new DeviceScheduler([Card, Card with { Name = "cuda:1", MaxLeases = 1 }]) { Time = world.Clock };
        Chain<int, int>[] chains =
        [
            .. Enumerable.Range(0, 6).Select(i => Build(world, devices, new Warm((_, token) => random.Next(5) switch
            {
                0 => throw new FormatException(),
                1 => world.Delay(random.Next(300), CancellationToken.None),
                2 => Task.FromException(new DeviceLostException("cuda:1")),
                _ => world.Delay(random.Next(80), token),
            }) { Work = token => world.Delay(random.Next(120), token) })),
        ];
        for (int i = 0; i < 300; i++)
        {
            await world.Delay(random.Next(40));
            Action step = random.Next(8) switch
            {
                0 => () => devices.MarkLost("cuda:1"),
                1 => () => devices.Restore("cuda:1"),
                _ => () => _ = chains[random.Next(chains.Length)].Start(i).Completion,
            };
            step();
        }

        foreach (Chain<int, int> chain in chains)
        {
            await chain.DisposeAsync();
        }

        await world.Delay(1000);
        Assert.Equal((0, 0), (devices.OpenLeases, devices.StuckLanes));
        Assert.All(chains, chain => Assert.Equal((0, 0), (chain.LiveTurns, chain.DetachedBlocks)));
        Assert.Empty(devices.Ledger.Holders);
    });

    static Chain<int, int> Build(VirtualWorld world, DeviceScheduler devices, Warm block) => Chain.From<int>("kept")
        .Then("model", block, o => o.On(DeviceKind.Cuda))
        .Build(world.Options(o => (o.Devices, o.KeepWarm) = (devices, 100.Milliseconds())));

    sealed class Warm(Func<BlockContext, CancellationToken, Task> warm) : IBlock<int, int>, IWarmUp, INeedsDevice
    {
        int _asked, _looks;

        public int Asked => Volatile.Read(ref _asked);

        /// <summary>How often it was asked for its device.</summary>
        public int Looks => Volatile.Read(ref _looks);

        public Func<CancellationToken, Task>? Work { get; init; }

        public ComputeDevice? Device
        {
            get
            {
                Interlocked.Increment(ref _looks);
                return null;
            }
        }

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await (Work?.Invoke(cancellationToken) ?? Task.CompletedTask);
            return input;
        }

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return new(warm(context, cancellationToken));
        }
    }

    /// <summary>A clock that can be set back, and whose timers throw when they are set or disposed.</summary>
    sealed class BadClock : FakeTimeProvider
    {
        public long Offset { get; set; } = TimeSpan.FromDays(1).Ticks;

        public bool Throws { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + Offset + TimeSpan.FromDays(1).Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, base.CreateTimer(callback, state, dueTime, period));

        sealed class Timer(BadClock clock, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Throws ? throw new FormatException() : inner.Change(dueTime, period);

            public void Dispose()
            {
                inner.Dispose();
                _ = clock.Throws ? throw new FormatException() : 0;
            }

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
