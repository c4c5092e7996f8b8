using System.Diagnostics;
using System.Reflection;
using AgentChain.Blocks.Sentences;
using AgentChain.Devices;
using AgentChain.Diagnostics;

namespace AgentChain.Tests.Diagnostics;

public class TelemetryTests
{
    [Fact]
    public void Names_SourceAndMeter_AreThePackages()
    {
        Assert.Equal("AgentChain", TelemetryNames.ActivitySource);
        Assert.Equal("AgentChain", TelemetryNames.Meter);
        string[] own = [.. typeof(TelemetryNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];
        Assert.All(own.Where(n => n != "AgentChain"), n => Assert.True(
            n.StartsWith("agentchain.", StringComparison.Ordinal) || n.StartsWith("gen_ai.", StringComparison.Ordinal) || n == "error.type", n));
    }

    [Fact]
    public async Task Turn_UnderTheCallersSpan_HasOneChildPerBlock()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        using var callers = new ActivitySource(name);
        await using StreamChain<string, string> chain = Chain.From<string>(name)
            .Then("trim", s => s.Trim())
            .Then("answer", async (string s, CancellationToken _) =>
            {
                await Task.Yield();
                return s;
            }, o => o.Operation("chat"))
            .Stream<string>("tokens", (s, _, _) => s.Split(' ').ToAsyncEnumerable())
            .Regroup("sentences", SentenceChunker.Default)
            .Build();
        using Activity caller = callers.StartActivity("caller")!;
        await chain.RunToListAsync(" one two ");
        Assert.Same(caller, Activity.Current);
        await chain.DrainAsync();

        Activity turn = capture.Span($"invoke_agent {name}");
        Assert.Equal(caller.SpanId, turn.ParentSpanId);
        Assert.Equal("invoke_agent", turn.GetTagItem("gen_ai.operation.name"));
        Assert.Equal(1L, turn.GetTagItem("agentchain.turn"));
        Assert.Equal("completed", turn.GetTagItem("agentchain.outcome"));
        Assert.Equal("completed", turn.GetTagItem("gen_ai.agent.invocation.end_reason"));
        Assert.Equal(ActivityStatusCode.Unset, turn.Status);

        Activity[] children = [.. capture.Activities.Where(a => a.ParentSpanId == turn.SpanId)];
        Assert.Equal(["chat answer", "tokens", "trim"], children.Select(a => a.DisplayName).Order());
        Assert.All(children, c => Assert.Equal(turn.TraceId, c.TraceId));
        Activity answer = capture.Span("chat answer");
        Assert.Equal(("answer", "chat"), (answer.GetTagItem("agentchain.block"), answer.GetTagItem("gen_ai.operation.name")));
    }

    [Fact]
    public async Task Block_StartsASpan_ItIsTheBlocksChild()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        using var inner = new ActivitySource(name);
        string[] current = new string[4];
        await using StreamChain<int, int> chain = Chain.From<int>(name)
            .Then("fused", i =>
            {
                current[0] = Activity.Current?.DisplayName ?? "";
                return i;
            })
            .Then("async", async (int i, CancellationToken _) =>
            {
                current[1] = Activity.Current?.DisplayName ?? "";
                await Task.Yield();
                using Activity? own = inner.StartActivity("own");
                own?.SetTag(TelemetryNames.ChainTag, name);
                current[2] = Activity.Current?.Parent?.DisplayName ?? "";
                return i;
            })
            .Stream<int>("stream", (i, _, _) => Look(i, () => current[3] = Activity.Current?.DisplayName ?? ""))
            .Build();
        await chain.RunToListAsync(1);
        Assert.Equal(["fused", "async", "async", "stream"], current);
        Assert.Equal(capture.Span("async").SpanId, capture.Span("own").ParentSpanId);
    }

    [Fact]
    public async Task Turn_Fails_SpanNamesTheBlockAndTheTypeNeverTheText()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        await using Chain<string, int> chain = Chain.From<string>(name).Then("parse", int.Parse).Build();
        Assert.Equal(TurnOutcome.Failed, (await chain.Start("my secret").Completion).Outcome);
        Activity turn = capture.Span($"invoke_agent {name}");
        Assert.Equal(ActivityStatusCode.Error, turn.Status);
        Assert.Equal("failed", turn.GetTagItem("agentchain.outcome"));
        Assert.Equal("System.FormatException", turn.GetTagItem("error.type"));
        Assert.Equal("parse", turn.GetTagItem("agentchain.block"));
        Assert.Null(turn.GetTagItem("gen_ai.agent.invocation.end_reason"));
        Assert.Null(turn.StatusDescription);
        Assert.All(capture.Activities, a => Assert.DoesNotContain(a.TagObjects, t => $"{t.Value}".Contains("secret", StringComparison.Ordinal)));
        Assert.All(capture.Activities, a => Assert.Empty(a.Events));
        Assert.All(capture.Measured, m => Assert.DoesNotContain(m.Tags, t => $"{t.Value}".Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Turn_Interrupted_EndsAsInterruptedWithoutError()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        await using Chain<int, int> chain = Chain.From<int>(name).Then("never", Never).Build();
        Turn<int> turn = chain.Start(1);
        turn.Interrupt();
        await turn.Completion;
        Activity span = capture.Span($"invoke_agent {name}");
        Assert.Equal("interrupted", span.GetTagItem("gen_ai.agent.invocation.end_reason"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task Histograms_OfATurn_HaveSecondsAndTags()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        await using Chain<int, int> chain = Chain.From<int>(name)
            .Then("plain", async (int i, CancellationToken _) =>
            {
                await Task.Yield();
                return i;
            })
            .Then("placed", (int i, CancellationToken _) => ValueTask.FromResult(i), o => o.On(DeviceKind.Cpu))
            .Build();
        await chain.RunAsync(1);
        await chain.DrainAsync();

        var turn = Assert.Single(capture.Of("agentchain.turn.duration"));
        Assert.Equal(("s", "completed"), (turn.Instrument.Unit, turn.Tags["agentchain.outcome"]));
        Assert.InRange(turn.Value, 0.0, 600);
        var first = Assert.Single(capture.Of("agentchain.turn.time_to_first_output"));
        Assert.InRange(first.Value, 0.0, turn.Value);
        foreach (string instrument in new[] { "agentchain.block.duration", "agentchain.block.queue.duration" })
        {
            var measured = capture.Of(instrument);
            Assert.Equal(["placed", "plain"], measured.Select(m => m.Tags["agentchain.block"]).Order());
            Assert.All(measured, m => Assert.InRange(m.Value, 0.0, turn.Value));
            Assert.All(measured, m => Assert.Equal("s", m.Instrument.Unit));
        }

        var device = Assert.Single(capture.Of("agentchain.device.queue.duration"));
        Assert.Equal(("placed", "cpu"), (device.Tags["agentchain.block"], device.Tags["agentchain.device"]));
    }

    [Fact]
    public async Task Counters_OfAnOverrun_CountIt()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        await using Chain<int, int> chain = Chain.From<int>(name)
            .Then("slow", Never, o => o.Budget(1.Milliseconds()).OnOverrun(Overrun.Fallback(7)))
            .Build();
        Assert.Equal(7, await chain.RunAsync(1));
        var overrun = Assert.Single(capture.Of("agentchain.budget.overruns"));
        Assert.Equal((1.0, "slow"), (overrun.Value, overrun.Tags["agentchain.block"]));
    }

    [Fact]
    public async Task Gauges_WhileATurnRuns_CountWhatIsInside()
    {
        string name = Unique();
        using var capture = new TelemetryCapture(name);
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Chain<int, int> chain = Chain.From<int>(name)
            .Then(
                "held",
                (int i, CancellationToken token) =>
                {
                    inside.TrySetResult();
                    return Never(i, token);
                },
                o => o.On("cpu"))
            .Build();
        Turn<int> turn = chain.Start(1);
        await inside.Task;
        capture.Observe();
        Assert.Equal(1, Assert.Single(capture.Of("agentchain.turn.active")).Value);
        Assert.Equal(1, Assert.Single(capture.Of("agentchain.device.leases")).Value);
        Assert.Equal(0, Assert.Single(capture.Of("agentchain.device.lanes.stuck")).Value);
        await turn.DisposeAsync();
    }

    static string Unique() => $"chain {Guid.NewGuid():N}";

    static async ValueTask<int> Never(int input, CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return input;
    }

    static async IAsyncEnumerable<int> Look(int item, Action look)
    {
        await Task.Yield();
        look();
        yield return item;
    }
}
