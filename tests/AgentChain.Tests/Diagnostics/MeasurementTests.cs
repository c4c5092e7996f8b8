using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Diagnostics;
using AgentChain.Tests.Flow;
using AgentChain.Turns;

namespace AgentChain.Tests.Diagnostics;

/// <summary>What a chain measures, under which names.</summary>
[Collection(nameof(ActivityCollection))]
public class MeasurementTests
{
    [Fact]
    public async Task Meter_OneTurn_RecordsDurationsInSecondsUnderTheirNames()
    {
        var seen = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using MeterListener listener = Listen(seen);
        await using Chain<int, int> chain = Chain.From<int>("measured")
            .Then("first", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.On("cpu"))
            .Then("slow", async (int x, CancellationToken token) =>
            {
                await Task.Delay(30.Milliseconds(), TimeProvider.System, token);
                return x;
            }, o => o.Budget(1.Milliseconds()))
            .Build();
        await chain.RunAsync(1);
        listener.RecordObservableInstruments();
        Assert.InRange(One(TelemetryNames.TurnDuration), 0.025, 60);
        Assert.InRange(One(TelemetryNames.TurnTimeToFirstOutput), 0.025, One(TelemetryNames.TurnDuration));
        Assert.Equal(2, seen.Count(s => s.Name == TelemetryNames.BlockDuration && s.Tags.Contains("measured", StringComparison.Ordinal)));
        Assert.Equal(2, seen.Count(s => s.Name == TelemetryNames.BlockQueueDuration && s.Tags.Contains("measured", StringComparison.Ordinal)));
        Assert.InRange(One(TelemetryNames.DeviceQueueDuration), 0, 60);
        Assert.Equal(1, One(TelemetryNames.BudgetOverruns));
        Assert.Equal(0, One(TelemetryNames.TurnsActive));
        Assert.Equal(0, One(TelemetryNames.LeasesActive));
        Assert.Equal(0, One(TelemetryNames.LanesStuck));

        double One(string name) => Assert.Single(seen, s => s.Name == name && s.Tags.Contains("measured", StringComparison.Ordinal)).Value;
    }

    [Fact]
    public async Task ActivitySource_TurnThatFails_SaysWhichBlockAndWhichTypeOfError()
    {
        var stopped = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using Chain<int, int> chain = Chain.From<int>("broken").Then("bad", int (int x) => throw new InvalidDataException("text")).Build();
        await chain.Start(1).Completion;
        Activity turn = Assert.Single(stopped, a => a.OperationName == "invoke_agent broken");
        Assert.Equal(ActivityStatusCode.Error, turn.Status);
        Assert.Equal("Failed", turn.GetTagItem(TelemetryNames.OutcomeTag));
        Assert.Equal("bad", turn.GetTagItem(TelemetryNames.BlockTag));
        Assert.Equal(typeof(InvalidDataException).FullName, turn.GetTagItem(TelemetryNames.ErrorTag));
        Assert.Equal("invoke_agent", turn.GetTagItem(TelemetryNames.OperationTag));
        Assert.Equal(1L, turn.GetTagItem(TelemetryNames.TurnTag));
    }

    [Fact]
    public async Task Counters_BlockThatIgnoresItsToken_IsCountedAsDetached()
    {
        var seen = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using MeterListener listener = Listen(seen);
        var log = new CollectingLogger();
        var release = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("deaf chain").Then("deaf", async (int x, CancellationToken _) =>
        {
            await release.Task;
            return x;
        }).Build(new ChainOptions { Budget = LatencyBudget.Total(10.Milliseconds()), Grace = 1.Milliseconds(), LoggerFactory = log });
        await chain.Start(1).Completion;
        await Eventually.Async(() => seen.Any(s => s.Name == TelemetryNames.BlocksDetached && s.Tags.Contains("deaf chain", StringComparison.Ordinal)));
        Assert.Equal(1, chain.DetachedBlocks);
        release.SetResult();
        await Eventually.Async(() => chain.DetachedBlocks == 0);
        await Eventually.Async(() => log.Lines.Any(l => l.Contains("has returned", StringComparison.Ordinal)));
        Assert.Contains(log.Lines, l => l.Contains("did not obey its token", StringComparison.Ordinal));
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
