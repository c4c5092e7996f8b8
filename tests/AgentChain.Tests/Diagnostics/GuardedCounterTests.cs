using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

public sealed class GuardedCounterTests
{
    const string Name = "guarded-counter";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_ListenerThrows_IsLoggedAndReachesNoCaller(bool manyTags)
    {
        using var meter = new Meter(Name);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        int heard = 0;
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => throw new FormatException($"broken {heard += (int)value}"));
        listener.Start();
        var log = new CollectingLogger();
        var counter = new GuardedCounter<long>(meter.CreateCounter<long>("counted"), new TelemetryGuard("chain", new ChainLog(log, includeSensitiveData: false)));
        for (int i = 0; i < 2; i++)
        {
            if (manyTags)
            {
                counter.Add(1, [new("a", 1), new("b", 2), new("c", 3)]);
            }
            else
            {
                counter.Add(1, new("a", 1), new("b", 2));
            }
        }

        Assert.Equal(2, heard);
        Assert.Single(log.Messages);
    }
}
