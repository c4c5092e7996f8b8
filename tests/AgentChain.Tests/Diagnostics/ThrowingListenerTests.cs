using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>Listeners that throw, on real threads: no thread of the chain ends, and the spans of others are as they were.</summary>
public sealed class ThrowingListenerTests
{
    const string Name = "throwing-listener";

    [Theory]
    [InlineData("sample")]
    [InlineData("started")]
    [InlineData("stopped")]
    public async Task Start_ListenerThrows_LeavesTheCallersSpanCurrentAndLogsOnce(string where)
    {
        using var source = new ActivitySource(Name);
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is TelemetryNames.ActivitySource or Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => Throw(where == "sample", o.Name, ActivitySamplingResult.AllDataAndRecorded),
            ActivityStarted = a => Throw(where == "started", a.OperationName, 0),
            ActivityStopped = a => Throw(where == "stopped", a.OperationName, 0),
        };
        ActivitySource.AddActivityListener(listener);
        var log = new CollectingLogger();
        using Activity? outside = source.StartActivity("outside");
        await using Chain<int, int> chain = Chain.From<int>(Name)
            .Then($"{Name} block", new Looks())
            .Build(new ChainOptions { LoggerFactory = log });
        for (int i = 0; i < 3; i++)
        {
            await using Turn<int> turn = chain.Start(1);
            Assert.Same(outside, Activity.Current);
            Assert.Equal(TurnOutcome.Completed, (await turn.Completion.WaitAsync(TimeSpan.FromSeconds(60))).Outcome);
            Assert.Same(outside, Activity.Current);
        }

        Assert.Single(log.Lines, line => line.Contains("a telemetry listener threw System.FormatException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deadline_ListenerThrowsOnTheDeadlineThread_LaterDeadlinesFire()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => Throw(true, a.OperationName, 0),
        };
        ActivitySource.AddActivityListener(listener);
        await using Chain<int, int> chain = Chain.From<int>(Name)
            .Then("never", async (x, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return x;
            })
            .Build(new ChainOptions { Budget = LatencyBudget.Total(20.Milliseconds()) });
        for (int i = 0; i < 3; i++)
        {
            await using Turn<int> turn = chain.Start(1);
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await turn.Completion.WaitAsync(TimeSpan.FromSeconds(60))).Outcome);
        }

        Assert.Equal(0, chain.LiveTurns);
    }

    static T Throw<T>(bool throws, string span, T good) =>
        throws && span.Contains(Name, StringComparison.Ordinal) && span != Name ? throw new FormatException("broken") : good;

    sealed class Looks : ISyncBlock<int, int>
    {
        public int Invoke(int input, BlockContext context) => input;
    }
}
