using System.Diagnostics;
using AgentChain.Extensions.AI;
using AgentChain.Extensions.AI.Tests;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>The models inside the middleware of Microsoft.Extensions.AI.</summary>
public sealed class MiddlewareTests(Models models) : IClassFixture<Models>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DistributedCache_TheSecondRequest_DoesNotRunTheModel(bool streaming)
    {
        using OnnxChatClient model = models.Language.AsChatClient();
        using IChatClient client = model.AsBuilder().UseDistributedCache(new DictionaryCache()).Build();
        string first = await AskAsync(client, streaming);
        model.Dispose();

        Assert.Equal((Models.Answer, Models.Answer), (first, await AskAsync(client, streaming)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenTelemetry_TheSpan_HasTheModelTheProviderAndTheUsage(bool streaming)
    {
        List<Activity> spans = [];
        string source = $"{nameof(OpenTelemetry_TheSpan_HasTheModelTheProviderAndTheUsage)}.{streaming}";
        using ActivityListener listener = SpanListener.Listen(source, spans);
        using IChatClient client = models.Language.AsChatClient(new() { ModelId = "small" }).AsBuilder().UseOpenTelemetry(sourceName: source).Build();

        Assert.Equal(Models.Answer, await AskAsync(client, streaming));

        Activity span = Assert.Single(spans);
        Assert.Equal("chat small", span.DisplayName);
        Assert.Equal("onnx", span.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("small", span.GetTagItem("gen_ai.response.model"));
        Assert.Equal(models.Language.Tokenizer.Encode(Models.Answer).Count, Convert.ToInt32(span.GetTagItem("gen_ai.usage.output_tokens"), null));
    }

    [Fact]
    public async Task Logging_AnswerAndRefusal_AreBothLogged()
    {
        using var log = new ListLogger();
        using IChatClient client = models.Language.AsChatClient().AsBuilder().UseLogging(log).Build();

        Assert.Equal(Models.Answer, await AskAsync(client, streaming: true));
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync(Models.Question(), new() { FrequencyPenalty = 1 }));

        Assert.Contains(log.Lines, line => line.StartsWith("GetStreamingResponseAsync completed", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("GetResponseAsync failed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FunctionInvocation_WithoutTools_PassesTheAnswerOn_AndWithTools_InvokesThem(bool streaming)
    {
        using IChatClient client = models.Language.AsChatClient(ToolCallTests.Named).AsBuilder().UseFunctionInvocation().Build();
        Assert.Equal(Models.Answer, await AskAsync(client, streaming));

        List<ChatMessage> question = ToolCallTests.Question();
        ChatResponse response = streaming
            ? await client.GetStreamingResponseAsync(question, ToolCallTests.Tools()).ToChatResponseAsync()
            : await client.GetResponseAsync(question, ToolCallTests.Tools());
        Assert.Equal(Models.Answer, response.Text);
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
    }

    [Fact]
    public async Task Block_OfAChain_AnswersAndAnInterruptEndsTheGeneration()
    {
        using IChatClient model = models.Language.AsChatClient();
        await using var chain = Chain.From<IReadOnlyList<ChatMessage>>("desk").Stream("respond", model.AsBlock()).Text().Build(new() { Grace = 60.Seconds() });
        Assert.Equal(Models.Answer, string.Concat(await chain.RunToListAsync(Models.Question())));

        await using Turn<string> turn = chain.Start(Models.Question());
        await foreach (string _ in turn.Output)
        {
            break;
        }

        Assert.DoesNotContain((await turn.WhenQuiescentAsync().WaitAsync(60.Seconds())).Blocks, block => block.Detached);
        Assert.Equal(Models.Answer, string.Concat(await chain.RunToListAsync(Models.Question())));
    }

    [Fact]
    public async Task Embeddings_CacheTelemetryAndLogging_EachWork()
    {
        List<Activity> spans = [];
        const string source = nameof(Embeddings_CacheTelemetryAndLogging_EachWork);
        using ActivityListener listener = SpanListener.Listen(source, spans);
        using var log = new ListLogger();
        using OnnxEmbeddingGenerator model = models.Embedder.AsEmbeddingGenerator(new() { ModelId = "tiny" });
        using IEmbeddingGenerator<string, Embedding<float>> generator = model.AsBuilder()
            .UseDistributedCache(new DictionaryCache()).UseOpenTelemetry(sourceName: source).UseLogging(log).Build();

        Embedding<float> first = await generator.GenerateAsync("my invoice");
        model.Dispose();
        Embedding<float> second = await generator.GenerateAsync("my invoice");

        Assert.Equal(first.Vector.ToArray(), second.Vector.ToArray());
        Activity span = Assert.Single(spans);
        Assert.Equal("embeddings tiny", span.DisplayName);
        Assert.Equal("onnx", span.GetTagItem("gen_ai.provider.name"));
        Assert.Contains(log.Lines, line => line.StartsWith("GenerateAsync", StringComparison.Ordinal));
    }

    static async Task<string> AskAsync(IChatClient client, bool streaming, ChatOptions? options = null) => streaming
        ? (await client.GetStreamingResponseAsync(Models.Question(), options).ToChatResponseAsync()).Text
        : (await client.GetResponseAsync(Models.Question(), options)).Text;
}
