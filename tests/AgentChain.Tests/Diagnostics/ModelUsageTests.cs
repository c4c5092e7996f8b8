using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>Tools and models in the report, the spans and the metrics, under the names of the GenAI conventions.</summary>
[Collection(nameof(ActivityCollection))]
public class ModelUsageTests
{
    static readonly ModelUsage Small = new()
    {
        Model = "small-1", RequestedModel = "small", Provider = "local", InputTokens = 10, OutputTokens = 5, CachedInputTokens = 4,
        TimeToFirstChunk = 100.Milliseconds(), Duration = 400.Milliseconds(),
    };

    [Fact]
    public void Names_OfTheConventions_ArePinned() => Assert.Equal(
        [
            "gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.token.usage",
            "gen_ai.execute_tool.duration", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.token.type",
            "gen_ai.tool.name", "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens",
        ],
        [
            TelemetryNames.ModelDuration, TelemetryNames.ModelTimeToFirstChunk, TelemetryNames.TokenUsage,
            TelemetryNames.ToolDuration, TelemetryNames.ProviderTag, TelemetryNames.RequestModelTag, TelemetryNames.ResponseModelTag,
            TelemetryNames.TokenTypeTag, TelemetryNames.ToolNameTag, TelemetryNames.CachedInputTokensTag, TelemetryNames.InputTokensTag,
            TelemetryNames.OutputTokensTag,
        ]);

    [Fact]
    public async Task Used_TwoRequestsOfOneModel_AreSummedAndMeasured()
    {
        string name = $"usage {Guid.NewGuid()}";
        using var capture = new TelemetryCapture(name);
        await using Chain<int, int> chain = Chain.From<int>(name).Then("respond", new InnerWorkTests.Lambda(async (context, _) =>
        {
            await Task.Yield();
            context.Used(Small);
            context.Used(Small with { InputTokens = -3, TimeToFirstChunk = 9.Seconds() });
            context.Used(new() { Model = "other", OutputTokens = 1 });
        })).Build();
        TurnReport report = (await chain.Start(1).Completion).Report;
        await chain.DrainAsync();

        Assert.Equal(
            [
                new("respond", Small with { OutputTokens = 10, CachedInputTokens = 8, Requests = 2, Duration = 800.Milliseconds() }),
                new BlockUsage("respond", new() { Model = "other", OutputTokens = 1, Requests = 1 }),
            ],
            report.Usage.Select(u => u with { Usage = u.Usage with { Requests = u.Usage.Requests } }));
        Activity span = capture.Span("respond");
        Assert.Equal(
            (10L, 11L, "other", "small", "local"),
            (span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens"), span.GetTagItem("gen_ai.response.model"),
                span.GetTagItem("gen_ai.request.model"), span.GetTagItem("gen_ai.provider.name")));
        Assert.Equal([("input", 10.0), ("output", 5.0), ("output", 5.0), ("output", 1.0)], capture.Of("gen_ai.client.token.usage").Select(m => ((string)m.Tags["gen_ai.token.type"]!, m.Value)));
        Assert.Equal([0.4, 0.4], capture.Of("gen_ai.client.operation.duration").Select(m => m.Value));
        Assert.Equal([0.1, 9], capture.Of("gen_ai.client.operation.time_to_first_chunk").Select(m => m.Value));
        Assert.Equal("chat", capture.Of("gen_ai.client.token.usage")[0].Tags["gen_ai.operation.name"]);
    }

    [Fact]
    public async Task Run_Traced_IsAChildOfItsBlockAndMeasured()
    {
        string name = $"tools {Guid.NewGuid()}";
        using var capture = new TelemetryCapture(name);
        await using Chain<int, int> chain = Chain.From<int>(name).Then("respond", new InnerWorkTests.Lambda(async (context, _) =>
        {
            Activity? current = Activity.Current;
            InnerWork good = context.Begin("lookup");
            good.Run();
            Assert.Same(current, Activity.Current);
            await Task.Yield();
            good.End(InnerStatus.Completed);
            InnerWork bad = context.Begin("pay");
            bad.Run();
            bad.End(InnerStatus.TimedOut);
            context.Begin("never").End(InnerStatus.Canceled);
        })).Build();
        await chain.RunAsync(1);
        await chain.DrainAsync();

        Activity block = capture.Span("respond");
        Activity tool = capture.Span("execute_tool lookup");
        Assert.Equal((block.SpanId, "execute_tool", "lookup"), (tool.ParentSpanId, tool.GetTagItem("gen_ai.operation.name"), tool.GetTagItem("gen_ai.tool.name")));
        Assert.Equal(ActivityStatusCode.Error, capture.Span("execute_tool pay").Status);
        Assert.DoesNotContain(capture.Activities, a => a.DisplayName == "execute_tool never");
        Assert.Equal(
            [("lookup", null), ("pay", "timed_out")],
            capture.Of("gen_ai.execute_tool.duration").Select(m => ((string)m.Tags["gen_ai.tool.name"]!, (string?)m.Tags.GetValueOrDefault("error.type"))));
    }
}
