using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>The middleware of Microsoft.Extensions.AI around a chain, and inside one.</summary>
public sealed class MiddlewareTests
{
    const string Source = "AgentChain.Extensions.AI.Tests";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FunctionInvocation_AroundAChain_CallsTheToolOnceAndAsksTheChainAgain(bool streaming)
    {
        var tool = new Weather();
        using ScriptedClient model = ToolUser();
        await using var chain = Chain.From<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)>("agent")
            .Stream("respond", (request, token) => model.GetStreamingResponseAsync(request.Messages, request.Options, token)).Build();
        using IChatClient client = chain.AsChatClient((messages, options) => (messages, options), update => update.Clone())
            .AsBuilder().UseFunctionInvocation().Build();

        Assert.Equal("it is rainy in Oslo", await AskAsync(client, streaming, new() { Tools = [tool.Function] }));
        Assert.Equal((1, 2), (tool.Calls, model.Requests));
    }

    [Fact]
    public async Task AsAgent_ClientInvokesFunctionsItself_TheAgentRunsEachCallOnce()
    {
        int runs = 0, requests = 0;
        using var model = new ScriptedClient((_, _, _) => (requests++ == 0
            ? [new(ChatRole.Assistant, [new FunctionCallContent("1", "look")]) { FinishReason = ChatFinishReason.ToolCalls }]
            : ScriptedClient.Words("done")).ToAsyncEnumerable());
        using IChatClient client = model.AsBuilder().UseFunctionInvocation().Build();
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", client.AsAgent(agent => agent.Tool(AIFunctionFactory.Create(() => ++runs, "look")))).Text().Build();

        Assert.Equal(["done "], await chain.RunToListAsync(new AgentSession().Ask("hello")).AsTask().WaitAsync(Ask.Patience));
        Assert.Equal((1, 2), (runs, requests));
    }

    [Fact]
    public async Task FunctionInvocation_InsideAChain_CallsTheToolOnce()
    {
        var tool = new Weather();
        using ScriptedClient model = ToolUser();
        using IChatClient client = model.AsBuilder().UseFunctionInvocation().Build();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock(new() { Tools = [tool.Function] })).Text().Build();

        Assert.Equal(["it is rainy in Oslo"], await chain.AskAsync());
        Assert.Equal((1, 2), (tool.Calls, model.Requests));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DistributedCache_AroundAChain_TheSecondRequestIsNoTurn(bool streaming)
    {
        using ScriptedClient model = ScriptedClient.Says("good day");
        await using var chain = Ask.Chat().Stream("respond", model.AsBlock()).Text().Build();
        using IChatClient client = chain.AsChatClient().AsBuilder().UseDistributedCache(new DictionaryCache()).Build();

        Assert.Equal("good day ", await AskAsync(client, streaming));
        Assert.Equal("good day ", await AskAsync(client, streaming));
        Assert.Equal(1, model.Requests);
    }

    [Fact]
    public async Task DistributedCache_InsideAChain_TheSecondTurnDoesNotAskTheModel()
    {
        using ScriptedClient model = ScriptedClient.Says("good day");
        using IChatClient client = model.AsBuilder().UseDistributedCache(new DictionaryCache()).Build();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();

        IReadOnlyList<string> one = await chain.AskAsync();
        IReadOnlyList<string> other = await chain.AskAsync();

        Assert.Equal(("good day ", "good day "), (string.Concat(one), string.Concat(other)));
        Assert.Equal(1, model.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenTelemetry_AroundAChain_TheSpanNamesTheChainAndTheProvider(bool streaming)
    {
        List<Activity> spans = [];
        string source = $"{Source}.{nameof(OpenTelemetry_AroundAChain_TheSpanNamesTheChainAndTheProvider)}.{streaming}";
        using ActivityListener listener = SpanListener.Listen(source, spans);
        await using var chain = Ask.Chat().Stream("respond", (_, _) => new[] { "good ", "day " }.ToAsyncEnumerable()).Build();
        using IChatClient client = chain.AsChatClient().AsBuilder().UseOpenTelemetry(sourceName: source).Build();

        Assert.Equal("good day ", await AskAsync(client, streaming));

        Activity span = Assert.Single(spans);
        Assert.Equal("chat desk", span.DisplayName);
        Assert.Equal("agentchain", span.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("desk", span.GetTagItem("gen_ai.response.model"));
    }

    [Fact]
    public async Task OpenTelemetry_InsideAChainThatIsInterrupted_TheSpanEnds()
    {
        List<Activity> spans = [];
        string source = $"{Source}.{nameof(OpenTelemetry_InsideAChainThatIsInterrupted_TheSpanEnds)}";
        using ActivityListener listener = SpanListener.Listen(source, spans);
        using var model = new ScriptedClient((_, _, token) => Endless(token));
        using IChatClient client = model.AsBuilder().UseOpenTelemetry(sourceName: source).Build();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build(new() { Grace = Ask.Patience });
        Turn<string> turn = chain.Start(Ask.Question());
        await foreach (string _ in turn.Output)
        {
            break;
        }

        Assert.DoesNotContain((await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience)).Blocks, block => block.Detached);
        Assert.Equal("scripted", Assert.Single(spans).GetTagItem("gen_ai.provider.name"));
    }

    [Fact]
    public async Task Logging_BothSides_LogsBothCallsAndAFailureOnBoth()
    {
        using var inner = new ListLogger();
        using var outer = new ListLogger();
        using var model = new ScriptedClient((messages, _, _) =>
            messages[0].Text == "fail" ? throw new IOException("cut") : ScriptedClient.Words("good day").ToAsyncEnumerable());
        using IChatClient logged = model.AsBuilder().UseLogging(inner).Build();
        await using var chain = Ask.Chat().Stream("respond", logged.AsBlock()).Text().Build();
        using IChatClient client = chain.AsChatClient().AsBuilder().UseLogging(outer).Build();

        Assert.Equal("good day ", await AskAsync(client, streaming: false));
        await Assert.ThrowsAsync<BlockFailedException>(() => client.GetResponseAsync("fail").WaitAsync(Ask.Patience));

        Assert.Contains(inner.Lines, line => line.StartsWith("GetStreamingResponseAsync completed", StringComparison.Ordinal));
        Assert.Contains(inner.Lines, line => line.StartsWith("GetStreamingResponseAsync failed", StringComparison.Ordinal));
        Assert.Contains(outer.Lines, line => line.StartsWith("GetResponseAsync completed", StringComparison.Ordinal));
        Assert.Contains(outer.Lines, line => line.StartsWith("GetResponseAsync failed", StringComparison.Ordinal));
    }

    static async Task<string> AskAsync(IChatClient client, bool streaming, ChatOptions? options = null)
    {
        Task<ChatResponse> response = streaming
            ? client.GetStreamingResponseAsync(Ask.Question(), options).ToChatResponseAsync()
            : client.GetResponseAsync(Ask.Question(), options);
        return (await response.WaitAsync(Ask.Patience)).Messages[^1].Text;
    }

    /// <summary>A model that asks for the weather first, and then says it.</summary>
    static ScriptedClient ToolUser() => new((messages, _, _) =>
    {
        object? result = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().SingleOrDefault()?.Result;
        AIContent content = result is null
            ? new FunctionCallContent("call 1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })
            : new TextContent($"it is {result}");
        return new[] { new ChatResponseUpdate(ChatRole.Assistant, [content]) }.ToAsyncEnumerable();
    });

    static async IAsyncEnumerable<ChatResponseUpdate> Endless([EnumeratorCancellation] CancellationToken token)
    {
        yield return new(ChatRole.Assistant, "one");
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
    }

    sealed class Weather
    {
        public Weather() => Function = AIFunctionFactory.Create(In, "weather");

        public int Calls { get; private set; }

        public AIFunction Function { get; }

        string In(string city)
        {
            Calls++;
            return $"rainy in {city}";
        }
    }
}
