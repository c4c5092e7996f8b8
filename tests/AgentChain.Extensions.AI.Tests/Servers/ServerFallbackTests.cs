using AgentChain.Extensions.AI.Tests.Snippets;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>A second server answers in the place of one that is late or broken.</summary>
public sealed class ServerFallbackTests
{
    public static TheoryData<string> Faults => [.. Broken.Keys];

    static Dictionary<string, Func<ServerCall, Task>> Broken { get; } = new()
    {
        ["late"] = Script.Stalls(),
        ["429"] = Script.Refuses(429, retryAfterSeconds: 60),
        ["503"] = Script.Refuses(503),
        ["cut"] = Script.CutsAfter(""),
        ["web page"] = Script.Html(),
        ["error at once"] = Script.FailsAfter(""),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task FallbackTo_FirstServerIsBroken_TheSecondAnswersAndIsNamed(string fault)
    {
        await using ScriptedServer bad = await ScriptedServer.StartAsync(Broken[fault]);
        await using ScriptedServer good = await ScriptedServer.StartAsync(Script.Says("good day"));
        using IChatClient first = bad.Client("large"), second = good.Client("small");
        TimeSpan bound = fault == "late" ? 50.Milliseconds() : Timeout.InfiniteTimeSpan;
        await using var chain = Ask.Chat().Stream("respond", first.AsBlock().FallbackTo(second, firstOutput: bound)).Build();

        ChatResponse response = (await chain.AskAsync()).ToChatResponse();

        Assert.Equal(("good day ", "small"), (response.Text, response.ModelId));
        Assert.Equal(
            $"openai/small at {good.Endpoint.Authority}",
            response.Messages[0].AdditionalProperties![ChatFallbackBlock.ClientProperty]);
        if (fault == "late")
        {
            await bad.Calls[0].Aborted.WaitAsync(Ask.Patience);
        }
    }

    [Fact]
    public async Task FallbackTo_BothServersAreBroken_TheFailureNamesBothAndTheChainGoesOn()
    {
        await using ScriptedServer one = await ScriptedServer.StartAsync(Script.Refuses(429), Script.Says("fine"));
        await using ScriptedServer other = await ScriptedServer.StartAsync(Script.Html());
        using IChatClient first = one.Client("large"), second = other.Client("small");
        await using var chain = Ask.Chat()
            .Stream("respond", first.AsBlock().FallbackTo(second, firstOutput: Timeout.InfiniteTimeSpan)).Text().Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());

        var named = Assert.IsType<ChatClientException>(error.InnerException);
        Assert.Contains($"openai/large at {one.Endpoint.Authority}; openai/small at {other.Endpoint.Authority}", named.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<AggregateException>(named.InnerException).InnerExceptions.Count);
        Assert.Equal(["fine "], await chain.AskAsync());
    }

    [Fact]
    public async Task FallbackTo_ExampleOfTheReadme_Answers()
    {
        await using ScriptedServer bad = await ScriptedServer.StartAsync(Script.Refuses(503));
        await using ScriptedServer good = await ScriptedServer.StartAsync(Script.Says("good day"));
        using IChatClient first = bad.Client(), second = good.Client();
        await using var chain = TwoServers.Build(first, second);

        Assert.Equal(["good ", "day "], await chain.AskAsync());
    }
}
