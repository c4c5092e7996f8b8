using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests;

/// <summary>What also holds for the kinds of servers that stream events of HTTP.</summary>
public abstract class EventStreamConformance(ChatServerKind kind, PriorityOrder order, bool continues)
    : ChatServerConformance(kind, order, continues)
{
    [Fact]
    public async Task Ask_UnknownEvents_ArePassedOver()
    {
        await using ScriptedServer server = await StartAsync(async call =>
        {
            await call.EventAsync("not JSON at all", "ping");
            await call.SayAsync("good ");
            await call.EventAsync("""{"object":"chat.completion.chunk","choices":[],"extension":{"new":true}}""");
            await call.EventAsync("""{"some":"thing","choices":null,"usage":null,"error":null}""");
            await call.EventAsync("");
            await call.ChunkAsync(new { reasoning_content = "hm" }, null);
            await call.SayAsync("day ");
            await call.FinishAsync();
        });
        await AnswersAsync(server, "good day ");
    }

    [Theory]
    [InlineData("web page", "'text/html'")]
    [InlineData("not JSON", "not JSON")]
    [InlineData("endless event", "too much at once")]
    [InlineData("error event", "in mid-stream")]
    public Task Ask_ServerBreaksTheProtocol_TheErrorTellsAndTheChainGoesOn(string fault, string told) => FailsAsync(told, fault switch
    {
        "web page" => Script.Html,
        "not JSON" => call => call.EventAsync("oops"),
        "endless event" => Script.EndlessEvent,
        _ => Script.FailsAfter("one ", eventName: "error"),
    });

    [Fact]
    public async Task Ask_Budget_IsSentAsHeaders()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        using ChatServer one = server.Device("one"), two = server.Device("two", o => o with { DeadlineHeaders = [] });
        using DeviceScheduler devices = Ask.Devices(one, two);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one), o => o.Budget(50.Seconds()));
        await using var without = Ask.Chain(devices, new ChatServerBlock(two), o => o.Budget(50.Seconds()));
        await using var unbounded = Ask.Chain(devices, new ChatServerBlock(one));
        foreach (var each in new[] { chain, without, unbounded })
        {
            Assert.Equal("fine", await each.AskAsync());
        }

        double seconds = double.Parse(
            server.Calls[0].Headers[DeadlineHeaders.RayServe], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 0.001, 50);
        Assert.All([1, 2], i => Assert.Equal(LatencyBudget.None, DeadlineHeaders.Read(Headers(i))));

        IEnumerable<KeyValuePair<string, string?>> Headers(int call) =>
            server.Calls[call].Headers.Select(header => new KeyValuePair<string, string?>(header.Key, header.Value));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("silence")]
    [InlineData("end")]
    [InlineData("error")]
    public async Task Ask_TroubleAfterTheFinishReason_TheAnswerIsWhole(string trouble)
    {
        await using ScriptedServer server = await StartAsync(async call =>
        {
            await call.SayAsync("good day");
            await call.ChunkAsync(new { }, "stop");
            await (trouble switch
            {
                "cut" => Task.Run(call.Cut),
                "silence" => call.StallAsync(),
                "error" => call.FailAsync("server_error", 500, null),
                _ => Task.CompletedTask,
            });
        });
        await using ScriptedServer other = await StartAsync(Script.Says("never"));
        using ChatServer one = server.Device("one"), two = other.Device("two");
        using DeviceScheduler devices = Ask.Devices(one, two);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([one, two], new() { Failover = ServerFailover.Resume }));
        Task<string> asking = chain.AskAsync();
        if (trouble == "cut" && await Record.ExceptionAsync(() => asking) is { } error)
        {
            // The network can swallow what came before the cut; then the turn says that the connection broke.
            Assert.IsType<ServerException>(Assert.IsType<BlockFailedException>(error).InnerException);
            return;
        }

        // What a broken connection swallowed may be missing, but never anything twice.
        string answer = await asking;
        Assert.Equal(trouble == "cut" ? answer : "good day", answer);
        if (trouble != "cut")
        {
            Assert.Empty(other.Calls);
            Assert.Equal(ServerHealth.Healthy, one.Health);
        }
    }
}
