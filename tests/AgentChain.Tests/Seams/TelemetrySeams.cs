using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;
using Microsoft.Extensions.Logging;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Listeners, loggers and others that look on. A listener here throws only about chains named like this one's.</summary>
static class TelemetrySeams
{
    const string Watched = "seams-watched";

    public static IEnumerable<SeamCase> Cases =>
    [
        .. Watches(AmbientSeams.ShouldListen, host => Spans(host, new ActivityListener { ShouldListenTo = s => s.Name == TelemetryNames.ActivitySource && host.Return(true) })),
        .. Watches(AmbientSeams.Sample, host => Spans(host, Listener(sample: host.Act))),
        .. Watches(AmbientSeams.Started, host => Spans(host, Listener(started: host.Act))),
        .. Watches(AmbientSeams.Stopped, host => Spans(host, Listener(stopped: host.Act))),
        .. Watches(AmbientSeams.Recorder, host => Spans(host, Listener(started: host.Act))),
        .. Watches(AmbientSeams.CurrentChanged, host => host.Own(new CurrentHandler(host))),
        .. Watches(AmbientSeams.Published, host => host.Own(Instruments(published: host.Act))),
        .. Watches(AmbientSeams.Measured, host => host.Own(Instruments(measured: host.Act))),
        new(AmbientSeams.Completed, Throws, _ => DisposesAll()),
        .. IsIgnored(AmbientSeams.LogWrite, (_, host, options) => Fail(options, new HostLogger(host, logs: true)), Throws),
        .. IsIgnored(AmbientSeams.LogEnabled, (_, host, options) => Fail(options, new HostLogger(host, logs: false)), Throws),
        .. IsIgnored("ChainOptions.LoggerFactory: ILoggerFactory", (_, host, options) => Fail(options, new HostLogger(host, logs: true)), Throws),
        new("IDeviceScheduler.OpenLeases", Throws, _ => Observes(HostScheduler.Member.OpenLeases)),
        new("IDeviceScheduler.StuckLanes", Throws, _ => Observes(HostScheduler.Member.StuckLanes)),
        new("IDeviceScheduler.HungCalls", Throws, _ => Observes(HostScheduler.Member.HungCalls)),
    ];

    /// <summary>
    /// A turn through blocks of each kind, one of them over its budget, and one speculative, under a listener that throws. The listener is
    /// there when the chain is built, and throws from then on.
    /// </summary>
    static IEnumerable<SeamCase> Watches(string seam, Action<HostCode> listen) => IsIgnored(
        seam,
        (world, host, options) =>
        {
            listen(host);
            host.IsBad = true;
            options.Speculation = new SpeculationOptions { Controller = new EagerController() };
            return Chain.From<int>(Watched)
                .Revise("hear", world.Hears((0, 1), (10, 2), (30, 2)))
                .Then("fused", x => x)
                .Then("early", world.Work<int>(5), o => o.Speculate())
                .Then("late", world.DeafWork<int>(50), o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.Fallback(1)).On(DeviceKind.Cpu))
                .Stream("stream", BlockSeams.Two)
                .Build(options);
        },
        Throws);

    static void Spans(HostCode host, ActivityListener listener) => ActivitySource.AddActivityListener(host.Own(listener));

    static ActivityListener Listener(Action? sample = null, Action? started = null, Action? stopped = null)
    {
        return new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                if (IsOurs(options.Name))
                {
                    sample?.Invoke();
                }

                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = activity => Tell(activity, started),
            ActivityStopped = activity => Tell(activity, stopped),
            ExceptionRecorder = (Activity activity, Exception _, ref TagList _) => Tell(activity, started),
        };

        static void Tell(Activity activity, Action? act)
        {
            if (IsOurs(activity.OperationName))
            {
                act?.Invoke();
            }
        }

        // The blocks' spans are told by their turn's; their names alone are not this chain's own.
        static bool IsOurs(string name) => name.Contains(Watched, StringComparison.Ordinal) || name is "hear" or "fused" or "early" or "late" or "stream";
    }

    static MeterListener Instruments(Action? published = null, Action? measured = null)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                    published?.Invoke();
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Measure(tags));
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Measure(tags));
        listener.Start();
        return listener;

        void Measure(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Contains(new(TelemetryNames.ChainTag, Watched)))
            {
                measured?.Invoke();
            }
        }
    }

    /// <summary>A chain whose block overruns its budget, which is logged; the turn completes all the same.</summary>
    static ChainBase<int, int> Fail(ChainOptions options, HostLogger logger)
    {
        options.LoggerFactory = logger;
        return Chain.From<int>("seams")
            .Then("late", async (x, token) =>
            {
                await Task.Yield();
                await VirtualDelay.Of(options.TimeProvider!, 50.Milliseconds(), token);
                return x;
            }, o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.Fallback(1)))
            .Build(options);
    }

    static void DisposesAll()
    {
        var host = new HostCode(Throws) { IsBad = true };
        MeterListener listener = Instruments();
        listener.MeasurementsCompleted = (instrument, _) => host.Act();
        VirtualWorld.Run(async world =>
        {
            ChainBase<int, int> chain = Chain.From<int>(Watched).Then("same", x => x).Build(world.Options());
            Assert.Equal(TurnOutcome.Completed, (await EndAsync(chain)).Outcome);
            await chain.DisposeAsync();
        });
        Assert.True(host.Times > 0);
        host.IsBad = false;
        listener.Dispose();
    }

    static void Observes(HostScheduler.Member member)
    {
        using var host = new HostCode(Throws);
        HostScheduler scheduler = host.Own(new HostScheduler(host, member));
        VirtualWorld.Run(async world =>
        {
            await using ChainBase<int, int> chain = Chain.From<int>("seams").Then("same", x => x).Build(world.Options(o => o.Devices = scheduler));
            using MeterListener listener = Instruments();
            host.IsBad = true;
            listener.RecordObservableInstruments();
            Assert.Equal(TurnOutcome.Completed, (await EndAsync(chain)).Outcome);
        });
        Assert.True(host.Times > 0);
    }

    /// <summary>A handler of changes of the current span.</summary>
    sealed class CurrentHandler : IDisposable
    {
        readonly HostCode _host;
        readonly ActivityListener _listener = Listener();

        public CurrentHandler(HostCode host)
        {
            _host = host;
            ActivitySource.AddActivityListener(_listener);
            Activity.CurrentChanged += Changed;
        }

        public void Dispose()
        {
            Activity.CurrentChanged -= Changed;
            _listener.Dispose();
        }

        void Changed(object? sender, ActivityChangedEventArgs change)
        {
            if (change.Current?.OperationName is "fused" or "early" or "late" || change.Previous?.OperationName is "fused" or "early" or "late")
            {
                _host.Act();
            }
        }
    }

    sealed class HostLogger(HostCode host, bool logs) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logs || host.Return(true);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logs)
            {
                host.Act();
            }
        }

        public void Dispose()
        {
        }
    }
}
