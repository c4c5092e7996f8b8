using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;

namespace AgentChain.Tests.Soak;

/// <summary>Counts ended turns by the chains' metrics: another witness that each turn has one end.</summary>
/// <remarks>It keeps the meters of its chains, and through them the chains, until it is disposed itself.</remarks>
sealed class EndedTurns : IMeterFactory
{
    readonly MeterListener _listener = new();
    readonly List<Meter> _meters = [];
    long _count;

    /// <param name="all">Counts them too; for chains that do not live as long.</param>
    public EndedTurns(EndedTurns? all = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this) && instrument.Name == TelemetryNames.TurnDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            Interlocked.Increment(ref _count);
            if (all is not null)
            {
                Interlocked.Increment(ref all._count);
            }
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        lock (_meters)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_meters)
        {
            _meters.ForEach(m => m.Dispose());
        }
    }
}
