using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentChain.Blocks;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>Law 11: logs, traces, metrics and the engine's messages contain no user text unless the host turns that on.</summary>
[Collection(nameof(ActivityCollection))]
public class SensitiveDataTests
{
    const string Secret = "my-card-number-4711";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnyTurn_SecretInInputsAndExceptions_IsNowhereUnlessTurnedOn(bool include)
    {
        var said = new ConcurrentQueue<string>();
        using ActivityListener spans = ListenToSpans(said);
        using MeterListener meters = ListenToMeters(said);
        var log = new CollectingLogger();
        var options = new ChainOptions
        {
            LoggerFactory = log,
            IncludeSensitiveData = include,
            Budget = LatencyBudget.Total(5.Seconds()),
            Grace = TimeSpan.Zero,
        };
        List<TurnResult> results = [];
        foreach (ChainBuilder<string, string> builder in Chains())
        {
            await using Chain<string, string> chain = builder.Build(options);
            await chain.WarmUpAsync();
            results.Add(await chain.Start(Secret).Completion);
            meters.RecordObservableInstruments();
            await chain.DrainAsync();
            results.Add(await chain.Start(Secret).Completion);
            await Eventually.Async(() => chain.DetachedBlocks == 0);
        }

        Assert.Contains(results, r => r.Outcome == TurnOutcome.Failed);
        Assert.Contains(results, r => r.Outcome == TurnOutcome.DeadlineExceeded);
        Assert.Contains(results, r => r.Outcome == TurnOutcome.Rejected);
        Assert.DoesNotContain(said, s => s.Contains(Secret, StringComparison.Ordinal));
        Assert.NotEmpty(said);
        // The route that a classifier chose quotes what it was asked.
        Assert.All(results.Where(r => r.Error?.Message.Contains(Secret, StringComparison.Ordinal) == true), r => Assert.Equal((true, "route"), (include, r.Error!.Block)));
        Assert.DoesNotContain(results, r => r.Report.ToWaterfall().Contains(Secret, StringComparison.Ordinal));
        Assert.Contains(log.Lines, l => l.Contains(nameof(InvalidDataException), StringComparison.Ordinal));
        Assert.Equal(include, log.Lines.Any(l => l.Contains(Secret, StringComparison.Ordinal)));
        Assert.Equal(include, log.Exceptions.Any());
    }

    [Fact]
    public void Build_SendsOutBeforeRedacts_IsRefused()
    {
        ChainValidationException error = Assert.Throws<ChainValidationException>(() => Chain.From<string>("leak")
            .Then("search", x => x, o => o.SendsOut())
            .Then("redact", x => x, o => o.Redacts())
            .Then("model", x => x, o => o.SendsOut())
            .Build());
        Assert.Contains("'search'", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_SendsOutBehindRedactionOrWithoutAny_IsAllowed()
    {
        await using Chain<string, string> behind = Chain.From<string>("fine")
            .Then("redact", x => x, o => o.Redacts())
            .Parallel("both", l => l.Then("l", x => x, o => o.SendsOut()), r => r.Then("r", x => x), (x, _, _) => x)
            .Build();
        await using Chain<string, string> without = Chain.From<string>("no redaction").Then("model", x => x, o => o.SendsOut()).Build();
        Assert.Throws<ChainValidationException>(() => Chain.From<string>("one branch only")
            .Parallel("both", l => l.Then("l", x => x, o => o.Redacts()), r => r.Then("r", x => x), (x, _, _) => x)
            .Then("model", x => x, o => o.SendsOut())
            .Build());
    }

    static IEnumerable<ChainBuilder<string, string>> Chains()
    {
        yield return Chain.From<string>("fails").Then("throw", string (string x) => throw new InvalidDataException(x));
        yield return Chain.From<string>("fails").Then("throw", async (string x, CancellationToken _) =>
        {
            await Task.Yield();
            throw new InvalidDataException(x, new InvalidOperationException(x));
#pragma warning disable CS0162 // The lambda needs a type.
            return x;
#pragma warning restore CS0162
        });
        yield return Chain.From<string>("route").Route("route", x => x, r => r.To("a", b => b.Then("a block", x => x)));
        yield return Chain.From<string>("overrun").Then("slow", async (string x, CancellationToken token) =>
        {
            await Task.Delay(300.Milliseconds(), TimeProvider.System, CancellationToken.None);
            throw new InvalidDataException(x);
#pragma warning disable CS0162 // The lambda needs a type.
            return x;
#pragma warning restore CS0162
        }, o => o.Budget(5.Milliseconds()).OnOverrun(Overrun.Cancel));
        yield return Chain.From<string>("loop").Loop("loop", b => b.Then("body", x => x + x), _ => true, LoopBound.Fail(2));
        yield return Chain.From<string>("stream").Stream<string>("items", (x, _, _) => Items(x)).Collect("all").Then("join", string.Concat);
    }

    static async IAsyncEnumerable<string> Items(string x)
    {
        yield return x;
        await Task.Yield();
        throw new InvalidDataException(x);
    }

    static ActivityListener ListenToSpans(ConcurrentQueue<string> said)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => said.Enqueue(
                $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Baggage)} " +
                string.Join(' ', a.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}"))),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    static MeterListener ListenToMeters(ConcurrentQueue<string> said)
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
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => said.Enqueue($"{i.Name} {v} {string.Join(' ', tags.ToArray())}"));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => said.Enqueue($"{i.Name} {v} {string.Join(' ', tags.ToArray())}"));
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => said.Enqueue($"{i.Name} {v} {string.Join(' ', tags.ToArray())}"));
        listener.Start();
        return listener;
    }
}
