using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>The options of a request reach a chain of requests.</summary>
public sealed class ChatRequestTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AsChatClient_ChainOfRequests_TheOptionsReachTheModelAsACopy(bool streaming)
    {
        using ScriptedClient model = ScriptedClient.Says("good day");
        await using var chain = Chain.From<ChatRequest>("agent").Stream("respond", model.AsRequestBlock(new() { TopK = 9 })).Build();
        using IChatClient client = chain.AsChatClient();
        var options = new ChatOptions { Temperature = 0.5f };

        ChatResponse response = streaming
            ? await client.GetStreamingResponseAsync(Ask.Question(), options).ToChatResponseAsync()
            : await client.GetResponseAsync(Ask.Question(), options);

        Assert.Equal("good day ", response.Text);
        Assert.Equal((0.5f, null), (model.Options!.Temperature, model.Options.TopK));
        Assert.NotSame(options, model.Options);
    }

    [Fact]
    public async Task AsChatClient_ChainOfRequestsAndText_NoOptionsGiveThoseOfTheBlock()
    {
        using ScriptedClient model = ScriptedClient.Says("good day");
        await using var chain = Chain.From<ChatRequest>("agent").Stream("respond", model.AsRequestBlock(new() { TopK = 9 })).Text().Build();
        using IChatClient client = chain.AsChatClient();

        Assert.Equal("good day ", (await client.GetResponseAsync(Ask.Question())).Text);
        Assert.Equal(9, model.Options!.TopK);
    }

    [Fact]
    public async Task FunctionInvocation_AroundAChainOfRequests_CallsTheToolOnceAndAsksTheChainAgain()
    {
        int calls = 0;
        AIFunction tool = AIFunctionFactory.Create((string city) => $"rainy in {city} {++calls}", "weather");
        using var model = new ScriptedClient((messages, options, _) =>
        {
            Assert.Equal("weather", Assert.Single(options!.Tools!).Name);
            object? result = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().SingleOrDefault()?.Result;
            AIContent content = result is null
                ? new FunctionCallContent("call 1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })
                : new TextContent($"it is {result}");
            return new[] { new ChatResponseUpdate(ChatRole.Assistant, [content]) }.ToAsyncEnumerable();
        });
        await using var chain = Chain.From<ChatRequest>("agent").Stream("respond", model.AsRequestBlock()).Build();
        using IChatClient client = chain.AsChatClient().AsBuilder().UseFunctionInvocation().Build();

        ChatResponse response = await client.GetResponseAsync(Ask.Question(), new() { Tools = [tool] }).WaitAsync(Ask.Patience);

        Assert.Equal("it is rainy in Oslo 1", response.Messages[^1].Text);
        Assert.Equal(2, model.Requests);
    }

    [Fact]
    public void ToString_HasNoText() =>
        Assert.Equal("1 messages with options", new ChatRequest(Ask.Question("secret"), new()).ToString());

    [Fact]
    public void AsRequestBlock_NoClient_IsRefused() => Assert.Throws<ArgumentNullException>("client", () => ((IChatClient)null!).AsRequestBlock());
}
