using System.Diagnostics.Metrics;
using AgentChain.Blocks.Caching;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;
using Microsoft.Extensions.Logging;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>
/// The services that a chain takes from its host when it is built, its task scheduler, and the code that runs when a turn ends.
/// </summary>
static class ServiceSeams
{
    public static IEnumerable<SeamCase> Cases =>
    [
        .. BuildFails("ChainOptions.LoggerFactory: ILoggerFactory", "at Build", (host, o) => o.LoggerFactory = new Loggers(host), Throws),
        .. BuildFails("ChainOptions.MeterFactory: IMeterFactory", "", (host, o) => o.MeterFactory = new Meters(host), Throws, ReturnsNull),
        .. BuildFails("ChainOptions.TimeProvider: TimeProvider", "GetTimestamp", (host, o) => o.TimeProvider = new Clock(host, o.TimeProvider!, "time"), Throws),
        .. BuildFails("ChainOptions.TimeProvider: TimeProvider", "CreateTimer", (host, o) => o.TimeProvider = new Clock(host, o.TimeProvider!, "timer"), Throws, ReturnsNull),
        .. BuildFails("ChainOptions.TimeProvider: TimeProvider", "TimestampFrequency", (host, o) => o.TimeProvider = new Clock(host, o.TimeProvider!, "frequency"), Throws, Lies),
        .. BuildFails("IDeviceScheduler.Devices", "", (host, o) => o.Devices = host.Own(new HostScheduler(host, HostScheduler.Member.Devices)), Throws, ReturnsNull),
        ThrowsToCaller("IRouteNames.Routes", host => Routed(host)),
        .. IsIgnored("IRouteNames.Routes", (_, host, options) =>
        {
            host.IsBad = true;
            return Routed(host).Build(options);
        }, ReturnsNull),
        new("IHasInnerDevices.InnerDevices", Throws, _ => InnerDevicesThrow()),
        .. IsIgnored("IHasInnerDevices.InnerDevices", (_, host, options) =>
        {
            host.IsBad = true;
            return Chain.From<int>("seams").Then("leasing", new Leasing(host)).Build(options);
        }, ReturnsNull),
        .. IsIgnored("ChainOptions.LoggerFactory: ILoggerFactory", (_, host, options) => BuildWith(host, options, o => o.LoggerFactory = new Loggers(host)), ReturnsNull),
        new("ChainOptions.TaskScheduler: TaskScheduler", Throws, _ => SchedulerRefuses(once: "fallback"), "the task of a fallback"),
        new("ChainOptions.TaskScheduler: TaskScheduler", Throws, _ => SchedulerRefuses(once: "start"), "the task of a queue"),
        .. IsIgnored("ChainBase.BudgetExceeded: EventHandler<BudgetEventArgs>", (world, host, options) => Late(world, options, c => c.BudgetExceeded += (_, _) => host.Act()), Throws),
        .. IsIgnored("ChainBase.BudgetWarning: EventHandler<BudgetEventArgs>", (world, host, options) => Late(world, options, c => c.BudgetWarning += (_, _) => host.Act()), Throws),
        .. Warms(),
        .. Fails("CachingBlock.new(key: Func<TIn, TKey>)", Cached(host => new CachingBlock<int, int, int>(new Same(), x => host.Return(x))), Throws),
        .. Fails("CachingBlockExtensions.Cached(key: Func<TIn, TKey>)", Cached(host => new Same().Cached(x => host.Return(x))), Throws),
        .. Fails("CachingBlock.new(comparer: IEqualityComparer<TKey>)", Cached(host => new CachingBlock<int, int, int>(new Same(), x => x, null, new Comparer(host))), Throws),
        .. SeamCase.Turn(
            "CachingBlock.new(comparer: IEqualityComparer<TKey>)",
            (TurnOutcome.Failed, Block),
            Cached(host =>
            {
                var keys = new LateComparer(host);
                return new CachingBlock<int, int, int>(new Arming(keys), x => x, null, keys);
            }),
            "once the block has returned",
            Throws),
        .. IsIgnored(AmbientSeams.ReadEquality, ReadsOddValues, Throws),
        .. ObeysAndEnds(AmbientSeams.TokenCallback, (TurnOutcome.DeadlineExceeded, "late"), RegistersCallback, Throws),
        new(AmbientSeams.Continuation, Throws, _ => ContinuationThrows()),
    ];

    static IEnumerable<SeamCase> BuildFails(string seam, string detail, Action<HostCode, ChainOptions> set, params Misbehavior[] how) =>
        how.Select(h => new SeamCase(seam, h, _ => VirtualWorld.Run(world =>
        {
            using var host = new HostCode(h) { IsBad = true };
            ChainValidationException error = Assert.Throws<ChainValidationException>(() => Build(world, host, set));
            Assert.Equal(h == Throws, error.InnerException is HostException);
            Assert.True(host.Times > 0);
            return Task.CompletedTask;
        }), detail));

    static ChainBase<int, int> Build(VirtualWorld world, HostCode host, Action<HostCode, ChainOptions> set)
    {
        ChainOptions options = world.Options();
        set(host, options);
        return Chain.From<int>("seams").Then("same", x => x).Build(options);
    }

    static Task InnerDevicesThrow()
    {
        using var host = new HostCode(Throws) { IsBad = true };
        ChainValidationException error = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("seams").Then("leasing", new Leasing(host)).Build());
        Assert.Contains("Block 'leasing' does not tell which devices its works need", error.Message, StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    static ChainBuilder<int, int> Routed(HostCode host) =>
        Chain.From<int>("seams").Route("route", new Router(host), r => r.To("a", b => b.Then("one", x => x)));

    static ChainBase<int, int> Late(VirtualWorld world, ChainOptions options, Action<ChainBase<int, int>> listen)
    {
        Chain<int, int> chain = Chain.From<int>("seams").Then("slow", async (int x, CancellationToken token) =>
        {
            await world.Delay(50, token);
            return x;
        }, o => o.Budget(10.Milliseconds())).Build(options);
        listen(chain);
        return chain;
    }

    static ChainBase<int, int> BuildWith(HostCode host, ChainOptions options, Action<ChainOptions> set)
    {
        set(options);
        host.IsBad = true;
        return Chain.From<int>("seams").Then("same", x => x).Build(options);
    }

    /// <summary>The chain's scheduler refuses one task, from when a block has begun or from the start of the turn.</summary>
    static void SchedulerRefuses(string once) => Task.Run(async () =>
    {
        var host = new HostCode(Throws) { Most = 1 };
        var scheduler = new RefusingScheduler(host);
        await using ChainBase<int, int> chain = Chain.From<int>("seams")
            .Then("before", async (x, token) =>
            {
                await Task.Yield();
                return x;
            })
            .Then(Block, async (x, token) =>
            {
                host.IsBad = once == "fallback" && host.Times == 0;
                if (host.IsBad)
                {
                    await Task.Delay(Timeout.Infinite, token).ConfigureAwait(false);
                }

                return x;
            }, o => o.Budget(20.Milliseconds()).OnOverrun(Overrun.Fallback(1)))
            .Build(new ChainOptions { TaskScheduler = scheduler, Budget = LatencyBudget.Total(10.Seconds()) });
        host.IsBad = once == "start";
        TurnResult met = await EndAsync(chain).WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(1, host.Times);

        // A value that was being queued fails its turn, unless the turn, elsewhere, is done sooner. A fallback is not queued.
        Assert.True(met.Outcome == TurnOutcome.Completed || (once != "fallback" && met.Outcome == TurnOutcome.Failed));
        Assert.Equal(0, chain.LiveTurns);
        host.IsBad = false;
        Assert.Equal(TurnOutcome.Completed, (await EndAsync(chain).WaitAsync(TimeSpan.FromSeconds(120))).Outcome);
    }).GetAwaiter().GetResult();

    static IEnumerable<SeamCase> Warms() => new[] { Throws, ThrowsLater, Stale, CannotBeAwaited, NeverReturns }.Select(h =>
        new SeamCase("IWarmUp.WarmUpAsync", h, _ => VirtualWorld.Run(async world =>
        {
            using var host = new HostCode(h);
            HostScheduler devices = host.Own(new HostScheduler(host, HostScheduler.Member.LoadOf));
            await using ChainBase<int, int> chain = Chain.From<int>("seams").Then(Block, new Warmable(host), o => o.On(DeviceKind.Cpu)).Build(world.Options(o => o.Devices = devices));
            using var source = new CancellationTokenSource(100.Milliseconds(), world.Clock);
            host.IsBad = true;
            Exception error = await Assert.ThrowsAnyAsync<Exception>(async () => await chain.WarmUpAsync(source.Token));
            host.IsBad = false;
            Assert.Equal(1, host.Times);
            Assert.True(h == NeverReturns ? error is OperationCanceledException : error is BlockFailedException { Block: Block, InnerException: HostException });
            Assert.Equal(0, chain.Devices.OpenLeases);
            await chain.WarmUpAsync();
            Assert.Equal(TurnOutcome.Completed, (await EndAsync(chain)).Outcome);
        })));

    static Build Cached(Func<HostCode, IBlock<int, int>> make) => (_, host, options) => Chain.From<int>("seams").Then(Block, make(host)).Build(options);

    /// <summary>A speculative run reads a carried value whose comparison throws.</summary>
    static ChainBase<int, int> ReadsOddValues(VirtualWorld world, HostCode host, ChainOptions options)
    {
        var key = new TurnKey<Odd>("odd");
        options.Speculation = new SpeculationOptions { Controller = new EagerController() };
        return Chain.From<int>("seams")
            .Revise("hear", world.Hears((0, 1), (10, 1)))
            .Then("carry", new Carrier(host, key))
            .Then("reads", (x, context, token) =>
            {
                _ = context.Get(key);
                return new ValueTask<int>(x);
            }, o => o.Speculate())
            .Build(options);
    }

    static ChainBase<int, int> RegistersCallback(VirtualWorld world, HostCode host, ChainOptions options) => Chain.From<int>("seams")
        .Then("late", async (x, token) =>
        {
            if (!host.IsBad)
            {
                return x;
            }

            token.Register(host.Act);
            await world.Delay(1000, token);
            return x;
        }, o => o.Budget(10.Milliseconds()).OnOverrun(OverrunAction.Cancel))
        .Build(options);

    static void ContinuationThrows() => VirtualWorld.Run(async world =>
    {
        var host = new HostCode(Throws) { IsBad = true };
        await using ChainBase<int, int> chain = Chain.From<int>("seams").Then("same", world.Work<int>(1)).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        Task continued = turn.Completion.ContinueWith(_ => host.Act(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, world.Scheduler);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        await Assert.ThrowsAsync<HostException>(() => continued);
        Assert.Equal((1, 0), (host.Times, chain.LiveTurns));
        Assert.Equal(TurnOutcome.Completed, (await EndAsync(chain)).Outcome);
    });

    sealed class Same : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Warmable(HostCode host) : IBlock<int, int>, IWarmUp
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => host.ActAsync();
    }

    sealed class Leasing(HostCode host) : IBlock<int, int>, IHasInnerDevices
    {
        public IReadOnlyList<InnerDevice> InnerDevices => host.Return<IReadOnlyList<InnerDevice>>([]);

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Router(HostCode host) : IBlock<int, string>, IRouteNames
    {
        public IReadOnlyCollection<string> Routes => host.Return<IReadOnlyCollection<string>>(["a"]);

        public ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new("a");
    }

    sealed class Odd(HostCode host)
    {
        public override bool Equals(object? obj)
        {
            host.Act();
            return obj is Odd;
        }

        public override int GetHashCode() => 1;
    }

    sealed class Carrier(HostCode host, TurnKey<Odd> key) : ISyncBlock<int, int>
    {
        public int Invoke(int input, BlockContext context)
        {
            context.Set(key, new Odd(host));
            return input;
        }
    }

    sealed class Comparer(HostCode host) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => host.Return(obj);
    }

    /// <summary>Keys that can be looked up, but not taken out again.</summary>
    sealed class LateComparer(HostCode host) : IEqualityComparer<int>
    {
        public bool IsArmed { get; set; }

        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => IsArmed ? host.Return(obj) : obj;
    }

    sealed class Arming(LateComparer keys) : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            keys.IsArmed = true;
            return new(input);
        }
    }

    sealed class Loggers(HostCode host) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => host.Return<ILogger>(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    sealed class Meters(HostCode host) : IMeterFactory
    {
        public Meter Create(MeterOptions options) => host.Return(new Meter(options));

        public void Dispose()
        {
        }
    }

    sealed class Clock(HostCode host, TimeProvider real, string bad) : TimeProvider
    {
        public override long TimestampFrequency => bad == "frequency" ? host.Return(real.TimestampFrequency, 0) : real.TimestampFrequency;

        public override long GetTimestamp() => bad == "time" ? host.Return(real.GetTimestamp()) : real.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            bad == "timer" ? host.Return(real.CreateTimer(callback, state, dueTime, period)) : real.CreateTimer(callback, state, dueTime, period);
    }

    sealed class RefusingScheduler(HostCode host) : TaskScheduler
    {
        protected override IEnumerable<Task>? GetScheduledTasks() => null;

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override void QueueTask(Task task)
        {
            host.Act();
            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }
    }
}
