using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;

namespace AgentChain.Tests.Diagnostics;

/// <summary>The telemetry of one chain, selected by its name, because concurrent tests report to the same source.</summary>
sealed class TelemetryCapture : IDisposable
{
    readonly string _chain;
    readonly ActivityListener _activities;
    readonly MeterListener _meters;

    public TelemetryCapture(string chain)
    {
        _chain = chain;
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AgentChain" || source.Name == chain,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem(TelemetryNames.ChainTag), _chain))
                {
                    Activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "AgentChain")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _meters.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        _meters.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        _meters.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
        _meters.Start();
    }

    public ConcurrentBag<Activity> Activities { get; } = [];

    public ConcurrentQueue<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> Measured { get; } = [];

    public Activity Span(string name) => Assert.Single(Activities, a => a.DisplayName == name);

    public List<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> Of(string instrument) =>
        [.. Measured.Where(m => m.Instrument.Name == instrument)];

    public void Observe() => _meters.RecordObservableInstruments();

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> all = new(tags.ToArray());
        if (Equals(all.GetValueOrDefault(TelemetryNames.ChainTag), _chain))
        {
            Measured.Enqueue((instrument, value, all));
        }
    }
}
