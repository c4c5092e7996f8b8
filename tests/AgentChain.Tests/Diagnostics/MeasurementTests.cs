using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>The telemetry of a chain about blocks that ignored their token.</summary>
[Collection(nameof(ActivityCollection))]
public class MeasurementTests
{
    [Fact]
    public async Task Counters_BlockThatIgnoresItsToken_IsCountedAsDetached()
    {
        var seen = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using MeterListener listener = Listen(seen);
        var log = new CollectingLogger();
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("deaf chain").Then("deaf", async (int x, CancellationToken _) =>
        {
            begun.SetResult();
            await release.Task;
            return x;
        }).Build(new ChainOptions { Grace = 1.Milliseconds(), LoggerFactory = log });
        var turn = chain.Start(1);
        await begun.Task;
        turn.Interrupt();
        await Eventually.Async(() => seen.Any(s => s.Name == TelemetryNames.BlocksDetached && s.Tags.Contains("deaf chain", StringComparison.Ordinal)));
        Assert.Equal(1, chain.DetachedBlocks);
        release.SetResult();
        await Eventually.Async(() => chain.DetachedBlocks == 0);
        await Eventually.Async(() => log.Lines.Any(l => l.Contains("has returned", StringComparison.Ordinal)));

        // Written by the deadline thread after it has counted the block, and so perhaps after the block has returned.
        await Eventually.Async(() => log.Lines.Any(l => l.Contains("did not observe its cancellation token", StringComparison.Ordinal)));
    }

    static MeterListener Listen(ConcurrentBag<(string Name, double Value, string Tags)> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Meter)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => seen.Add((i.Name, v, string.Join(' ', tags.ToArray()))));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => seen.Add((i.Name, v, string.Join(' ', tags.ToArray()))));
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => seen.Add((i.Name, v, string.Join(' ', tags.ToArray()))));
        listener.Start();
        return listener;
    }
}
