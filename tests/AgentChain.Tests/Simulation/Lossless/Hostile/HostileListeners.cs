using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>Listeners and loggers that throw at times. They hear of the chains of this world's thread alone: others may run beside it.</summary>
sealed class HostileListeners : IMeterFactory, ILoggerFactory, ILogger
{
    readonly HostileHost _host;
    readonly Thread _thread = Thread.CurrentThread;
    readonly MeterListener _instruments;
    readonly ActivityListener? _spans;
    readonly List<Meter> _meters = [];
    readonly bool _isListening;

    HostileListeners(HostileHost host)
    {
        _host = host;
        _instruments = new MeterListener { InstrumentPublished = Publish };
        _instruments.SetMeasurementEventCallback<double>((_, _, _, _) => Measure());
        _instruments.SetMeasurementEventCallback<long>((_, _, _, _) => Measure());
        if (host.Is(Hostility.MeterListenerThrows))
        {
            _instruments.Start();
        }

        if (host.Is(Hostility.ActivityListenerThrows))
        {
            _spans = new ActivityListener
            {
                // Not those of other chains, which are there already or are made on other threads.
                ShouldListenTo = source => _isListening && Thread.CurrentThread == _thread && source.Name == TelemetryNames.ActivitySource,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                {
                    Hear();
                    return ActivitySamplingResult.AllDataAndRecorded;
                },
                ActivityStarted = _ => Hear(),
                ActivityStopped = _ => Hear(),
            };
            ActivitySource.AddActivityListener(_spans);
        }

        _isListening = true;
    }

    /// <summary>Sets the listeners that the host has drawn into a chain's options.</summary>
    public static HostileListeners AddTo(ChainOptions options, HostileHost host)
    {
        var listeners = new HostileListeners(host);
        if (host.Is(Hostility.MeterListenerThrows))
        {
            options.MeterFactory = listeners;
        }

        if (host.Is(Hostility.LoggerThrows))
        {
            options.LoggerFactory = listeners;
        }

        return listeners;
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        _host.ThrowAtTimes(Hostility.LoggerThrows, 5);
        return true;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _host.ThrowAtTimes(Hostility.LoggerThrows, 2);

    public void Dispose()
    {
        _instruments.Dispose();
        _spans?.Dispose();
        _meters.ForEach(m => m.Dispose());
    }

    void Publish(Instrument instrument, MeterListener listener)
    {
        if (Thread.CurrentThread == _thread && _meters.Contains(instrument.Meter))
        {
            listener.EnableMeasurementEvents(instrument);
            _host.ThrowAtTimes(Hostility.MeterListenerThrows, 10);
        }
    }

    void Measure() => _host.ThrowAtTimes(Hostility.MeterListenerThrows, 3);

    void Hear() => _host.ThrowAtTimes(Hostility.ActivityListenerThrows, 4);
}
