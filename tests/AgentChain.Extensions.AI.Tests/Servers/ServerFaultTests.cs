using System.ClientModel;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>Each way in which a server can break is one outcome that names the block and the client, and the chain goes on.</summary>
public sealed class ServerFaultTests
{
    [Fact]
    public async Task Stream_ServerAnswers_UpdatesHaveTextModelAndEnd()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Says("good day"));
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Build();

        ChatResponse response = (await chain.AskAsync()).ToChatResponse();

        Assert.Equal(("good day ", "small", ChatFinishReason.Stop), (response.Text, response.ModelId, response.FinishReason));
        Assert.Equal(("hello", true), (server.Calls[0].Question, server.Calls[0].Request.GetProperty("stream").GetBoolean()));
    }

    [Fact]
    public async Task Stream_UnknownEvents_ArePassedOver()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async call =>
        {
            await call.EventAsync("""{"object":"server.ping","beat":1}""", "ping");
            await call.SayAsync("good ");
            await call.EventAsync("""{"object":"chat.completion.chunk","choices":[],"extension":{"new":true}}""");
            await call.SayAsync("day ");
            await call.FinishAsync();
        });
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();

        Assert.Equal(["good ", "day "], await chain.AskAsync());
    }

    [Fact]
    public async Task Stream_ToolCallsInPieces_AreWhole()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async call =>
        {
            await call.ChunkAsync(Piece(0, "call-1", "weather", "{\"ci"), null);
            await call.ChunkAsync(Piece(0, null, null, "ty\":\"Os"), null);
            await call.ChunkAsync(Piece(1, "call-2", "time", ""), null);
            await call.ChunkAsync(Piece(0, null, null, "lo\"}"), null);
            await call.ChunkAsync(Piece(1, null, null, "{}"), null);
            await call.FinishAsync("tool_calls");
        });
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Build();

        ChatResponse response = (await chain.AskAsync()).ToChatResponse();

        FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
        Assert.Equal([("call-1", "weather"), ("call-2", "time")], calls.Select(call => (call.CallId, call.Name)));
        Assert.Equal("Oslo", calls[0].Arguments!["city"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Stream_ServerRefuses_TheStatusIsInside(int status)
    {
        ChatClientException error = await FailAsync(Script.Refuses(status, retryAfterSeconds: 1));
        var inner = Assert.IsType<ClientResultException>(error.InnerException);
        Assert.Equal((status, "1"), (inner.Status, inner.GetRawResponse()!.Headers.TryGetValue("Retry-After", out string? after) ? after : null));
    }

    [Fact]
    public async Task Stream_ConnectionIsCutAtOnce_IsAFailure() =>
        Assert.IsType<ClientResultException>((await FailAsync(Script.CutsAfter(""))).InnerException);

    [Fact]
    public async Task Stream_ConnectionIsCutInMidStream_TheTextBeforeItIsRead() =>
        Assert.IsType<IOException>((await FailAsync(Script.CutsAfter("one two"), "one ", "two ")).InnerException, exactMatch: false);

    [Theory]
    [InlineData(null)]
    [InlineData("error")]
    public async Task Stream_ErrorInMidStream_IsNoAnswer(string? eventName) =>
        AssertTold("broke off", await FailAsync(Script.FailsAfter("one two", eventName), "one ", "two "));

    [Fact]
    public async Task Stream_ServerEndsEarly_IsNoAnswer() => AssertTold("broke off", await FailAsync(Script.EndsEarlyAfter("one"), "one "));

    [Fact]
    public async Task Stream_WebPageInPlaceOfJson_SaysSo() => AssertTold("such as a web page", await FailAsync(Script.Html()));

    [Fact]
    public async Task Stream_WebPageWithAnErrorStatus_IsAFailure() =>
        Assert.Equal(502, Assert.IsType<ClientResultException>((await FailAsync(Script.Html(502))).InnerException).Status);

    [Fact]
    public async Task Stream_EventIsNoJson_IsAFailure()
    {
        ChatClientException error = await FailAsync(
            async call =>
            {
                await call.SayAsync("one ");
                await call.EventAsync("oops");
                await call.FinishAsync();
            },
            "one ");
        Assert.IsType<JsonException>(error.InnerException, exactMatch: false);
    }

    [Fact]
    public async Task FirstOutput_ServerIsSlow_TheDeadlineNamesTheBlockAndTheServerSeesTheEnd()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Stalls(), Script.Says("fine"));
        await AssertLateAsync(server, LatencyBudget.FirstOutput(100.Milliseconds()));
    }

    [Fact]
    public async Task Stall_ServerStopsInMidStream_TheDeadlineNamesTheBlockAndTheServerSeesTheEnd()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.Stalls("one two"), Script.Says("fine"));
        await AssertLateAsync(server, LatencyBudget.Stall(2.Seconds()), "one ", "two ");
    }

    [Fact]
    public async Task Stream_FirstTokenIsSlow_IsAwaitedWithoutABudget()
    {
        var first = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(Script.SaysAfter(first.Task, "at last"));
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();
        Task<IReadOnlyList<string>> answer = chain.AskAsync();
        await server.CallAsync(0);
        Assert.False(answer.IsCompleted);

        first.SetResult();

        Assert.Equal(["at ", "last "], await answer);
    }

    static object Piece(int index, string? id, string? name, string arguments) => new
    {
        tool_calls = new[] { new { index, id, type = "function", function = new { name, arguments } } },
    };

    /// <summary>Runs a turn that must be too late, then one that must not.</summary>
    static async Task AssertLateAsync(ScriptedServer server, LatencyBudget budget, params string[] before)
    {
        using IChatClient client = server.Client();
        await using var slow = Ask.Chat()
            .Stream("respond", client.AsBlock(), o => o.Budget(budget).OnOverrun(Overrun.Cancel)).Text().Build();
        await using var patient = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();
        await using Turn<string> turn = slow.Start(Ask.Question());
        List<string> read = [];

        var error = await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => turn.ReadAsync(read).WaitAsync(Ask.Patience));

        Assert.Equal(("respond", TurnOutcome.DeadlineExceeded), (error.Block, (await turn.Completion).Outcome));
        Assert.Equal(before, read);
        await (await server.CallAsync(0)).Aborted.WaitAsync(Ask.Patience);
        Assert.Equal(["fine "], await patient.AskAsync());
    }

    /// <summary>Runs a turn that must fail, then one that must not.</summary>
    static async Task<ChatClientException> FailAsync(Func<ServerCall, Task> script, params string[] before)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(script, Script.Says("fine"));
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();
        await using Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];
        Task reading = turn.ReadAsync(read, enough: before.Length, then: () => server.Calls[0].LetGo());

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => reading.WaitAsync(Ask.Patience));

        Assert.Equal(("respond", TurnOutcome.Failed), (error.Block, (await turn.Completion).Outcome));
        Assert.Equal(before, read);
        Assert.Equal(["fine "], await chain.AskAsync());
        var named = Assert.IsType<ChatClientException>(error.InnerException);
        Assert.Equal($"openai/small at {server.Endpoint.Authority}", named.Client);
        Assert.Contains($"'{named.Client}'", named.Message, StringComparison.Ordinal);
        return named;
    }

    static void AssertTold(string expected, ChatClientException error) => Assert.Contains(expected, error.Message, StringComparison.Ordinal);
}
