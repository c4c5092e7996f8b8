using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>A host's code that, where the engine calls it, uses the very chain that calls it.</summary>
[Collection(nameof(Seams.SeamTests))]
public sealed class ReentrancyTests
{
    static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    public enum Place
    {
        Block,
        SyncBlock,
        StreamBlock,
        CommitKey,
        Guess,
        Classifier,
        Observer,
        Committed,
        Terminated,
        Prefill,
        Again,
        Join,
        Tap,
        Fallback,
        Policy,
        Lease,
        Controller,
        Logger,
        Meter,
        Span,
        TokenCallback,
    }

    public enum Deed
    {
        StartsATurn,
        Interrupts,
        InterruptsAll,
        Disposes,
        Drains,
    }

    public static TheoryData<Place, Deed, bool> Cases()
    {
        var data = new TheoryData<Place, Deed, bool>();
        foreach (Place place in Enum.GetValues<Place>())
        {
            foreach (Deed deed in Enum.GetValues<Deed>())
            {
                data.Add(place, deed, false);
                data.Add(place, deed, true);
            }
        }

        return data;
    }

    /// <summary>Every turn has an outcome, the disposal ends, and the chain continues unless it was closed.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Host_UsesTheChainThatCallsIt_EveryTurnEndsOnce(Place place, Deed deed, bool isVirtual)
    {
        if (isVirtual)
        {
            VirtualWorld.Run(world => CheckAsync(place, deed, world.Options(o => o.Budget = LatencyBudget.Total(5.Seconds()))));
        }
        else
        {
            // A block that waits for the chain's end waits for itself, until its turn's budget ends.
            TimeSpan budget = deed is Deed.Disposes or Deed.Drains ? 500.Milliseconds() : 30.Seconds();
            Assert.True(Task.Run(() => CheckAsync(place, deed, new ChainOptions { Budget = LatencyBudget.Total(budget) })).Wait(Generous), "It hangs.");
        }
    }

    static async Task CheckAsync(Place place, Deed deed, ChainOptions options)
    {
        using var host = new Host(deed);
        ChainBase<int, int> chain = Build(place, host, options);
        host.Chain = chain;
        host.IsArmed = true;

        // On real threads a guess or a run that ends in vain may come too late to be tried; then the next turn tries.
        for (int i = 0; i < 3 || (host.Times == 0 && i < 100); i++)
        {
            Turn<int> turn = chain.Start(i);
            host.Turn = turn;
            TurnResult result = await turn.Completion;
            Assert.Equal(result.Outcome, (await turn.Completion).Outcome);
        }

        host.IsArmed = false;
        Assert.True(host.Times > 0, "The seam was not reached.");
        if (deed is Deed.StartsATurn or Deed.Interrupts or Deed.InterruptsAll)
        {
            TurnResult next = await chain.Start(7).Completion;
            Assert.True(next.Outcome == TurnOutcome.Completed, next.Error?.ToString());
        }

        await chain.DisposeAsync();
        await host.AllAsync();
        Assert.Equal(0, chain.LiveTurns);
    }

    static ChainBase<int, int> Build(Place place, Host host, ChainOptions options)
    {
        options.Speculation = new SpeculationOptions { Controller = place == Place.Controller ? new Controller(host) : new EagerController() };
        options.LoggerFactory = place == Place.Logger ? new Logger(host) : null;
        if (place is Place.Policy or Place.Lease)
        {
            options.Devices = host.Own(new DeviceScheduler([ComputeDevice.Cpu(4)], place == Place.Policy ? new Policy(host) : null));
        }

        ChainBuilder<int, int> from = Chain.From<int>("reentrant").Revise("hear", (x, _) => HearAsync(x), o =>
        {
            if (place == Place.Observer)
            {
                o.OnHypothesis(_ => host.Act());
            }
        });
        from = place switch
        {
            Place.Block => from.Then("bad", async (x, _) =>
            {
                await Task.Yield();
                await host.ActAsync();
                return x;
            }),
            Place.SyncBlock => from.Then("bad", x => host.Act(x)),
            Place.StreamBlock => from,
            Place.CommitKey => from.Then("bad", Same, o => o.Speculate().CommitKey(x => host.Act(x))),
            Place.Guess => from.Then("guessed", Same, o => o.Predict((int x) => Hypothesis.Tentative(host.Act(x), 0.5))).Then("bad", Same, o => o.Speculate()),
            Place.Classifier => from.Route("bad", (int _) => host.Act("a"), r => r.To("a", b => b.Then("one", Same))),
            Place.Committed or Place.Terminated => from.Then("bad", new Hooked(host, place), o => o.Speculate()),
            Place.Prefill => from.Then("bad", new Hooked(host, place), o => o.Speculate(SpeculationLevel.Prefill)),
            Place.Again => from.Loop("bad", b => b.Then("body", Same), _ => host.Act(false), LoopBound.Fail(2)),
            Place.Join => from.Parallel("bad", l => l.Then("left", Same), r => r.Then("right", Same), (x, _, _) => host.Act(x)),
            Place.Tap => from.Tap("bad", (int _) => host.Act()),
            Place.Fallback or Place.Logger => from.Then("bad", LateAsync, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.FallbackTo((int x) => place == Place.Fallback ? host.Act(x) : x))),
            Place.Policy => from.Then("bad", Same, o => o.On(DeviceKind.Cpu)),
            Place.Lease => from.Then("bad", (x, context, token) =>
            {
                using (context.Lease)
                {
                    host.Act();
                }

                return Same(x, token);
            }, o => o.On(DeviceKind.Cpu)),
            Place.TokenCallback => from.Then("bad", async (x, token) =>
            {
                using CancellationTokenRegistration registration = token.Register(() => host.Act());
                await LateAsync(x, token);
                return x;
            }, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.Fallback(1))),
            _ => from.Then("bad", Same, o => o.Speculate()),
        };
        if (place == Place.Meter)
        {
            host.Own(Listen(host));
        }
        else if (place == Place.Span)
        {
            host.Own(Trace(host));
        }

        return place == Place.StreamBlock ? from.Stream("bad", (x, _) => ItemsAsync(x, host)).Build(options) : from.Build(options);

        // By the chain's own clock, whichever it is.
        async ValueTask<int> LateAsync(int x, CancellationToken token)
        {
            await VirtualDelay.Of(options.TimeProvider ?? TimeProvider.System, host.IsArmed ? 50.Milliseconds() : TimeSpan.Zero, token);
            return x;
        }
    }

    static async ValueTask<int> Same(int input, CancellationToken token)
    {
        await Task.Yield();
        return input;
    }

    static async IAsyncEnumerable<Hypothesis<int>> HearAsync(int input)
    {
        yield return Hypothesis.Tentative(input + 100, 0.9);
        await Task.Yield();
        yield return Hypothesis.Tentative(input, 0.9);
        await Task.Yield();
        yield return Hypothesis.Final(input);
    }

    static async IAsyncEnumerable<int> ItemsAsync(int input, Host host)
    {
        yield return host.Act(input);
        await host.ActAsync();
        yield return input;
    }

    static MeterListener Listen(Host host)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Measure(tags));
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Measure(tags));
        listener.Start();
        return listener;

        void Measure(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Contains(new(TelemetryNames.ChainTag, "reentrant")))
            {
                host.Act();
            }
        }
    }

    static ActivityListener Trace(Host host)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => host.Act(),
            ActivityStopped = _ => host.Act(),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>The code that misbehaves, only a few times in all, so that turns that start turns end eventually.</summary>
    sealed class Host(Deed deed) : IDisposable
    {
        readonly List<IDisposable> _owned = [];
        readonly List<Task> _all = [];
        int _times;

        public ChainBase<int, int>? Chain { get; set; }

        public Turn<int>? Turn { get; set; }

        public bool IsArmed { get; set; }

        public int Times => Volatile.Read(ref _times);

        public T Own<T>(T owned)
            where T : IDisposable
        {
            _owned.Add(owned);
            return owned;
        }

        public T Act<T>(T value)
        {
            _ = ActAsync();
            return value;
        }

        public void Act() => _ = ActAsync();

        public Task ActAsync()
        {
            if (!IsArmed || Interlocked.Increment(ref _times) > 8)
            {
                return Task.CompletedTask;
            }

            Task done = deed switch
            {
                Deed.StartsATurn => Chain!.Start(5).Completion,
                Deed.Interrupts => Interrupt(),
                Deed.InterruptsAll => InterruptAll(),
                Deed.Disposes => Chain!.DisposeAsync().AsTask(),
                _ => Chain!.DrainAsync().AsTask(),
            };
            lock (_all)
            {
                _all.Add(done);
            }

            return done;
        }

        public Task AllAsync()
        {
            lock (_all)
            {
                return Task.WhenAll(_all);
            }
        }

        public void Dispose() => _owned.ForEach(o => o.Dispose());

        Task Interrupt()
        {
            Turn?.Interrupt();
            return Task.CompletedTask;
        }

        Task InterruptAll()
        {
            Chain!.InterruptTurns();
            return Task.CompletedTask;
        }
    }

    sealed class Hooked(Host host, Place place) : IBlock<int, int>, ICommitHooks, IPrefill<int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => Same(input, cancellationToken);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => At(Place.Committed);

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => At(Place.Terminated);

        public ValueTask PrefillAsync(int input, BlockContext context, CancellationToken cancellationToken) => At(Place.Prefill);

        ValueTask At(Place here)
        {
            if (here == place)
            {
                host.Act();
            }

            return default;
        }
    }

    sealed class Controller(Host host) : ISpeculationController
    {
        readonly EagerController _inner = new();

        public SpeculationDecision Decide(in SpeculationRequest request)
        {
            host.Act();
            return _inner.Decide(request);
        }

        public void Resolve(in SpeculationResolution resolution)
        {
            host.Act();
            _inner.Resolve(resolution);
        }
    }

    sealed class Policy(Host host) : IDevicePlacementPolicy
    {
        public string Name => "reentrant";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => host.Act(0);
    }

    sealed class Logger(Host host) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => host.Act();

        public void Dispose()
        {
        }
    }
}
