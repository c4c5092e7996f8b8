using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Remote.Tests;

/// <summary>What holds for every kind of server, on real sockets. One class for each kind derives from it.</summary>
public abstract partial class ChatServerConformance(ChatServerKind kind, PriorityOrder order, bool continues)
{
    [Fact]
    public async Task Ask_ServerAnswers_TextLeaseWorkAndUsageAreThere()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("good day ", prompt: 80, cached: 60));
        using ChatServer one = server.Device("one", o => o with { ApiKey = "key" });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await using Turn<string> turn = chain.Start(Ask.Question() with { MaxOutputTokens = 50, Temperature = 0.5f, Stop = ["\n"], Seed = 7 });
        List<string> read = [];

        await turn.ReadAsync(read).WaitAsync(Ask.Patience);

        TurnReport report = (await turn.Completion).Report;
        Assert.Equal(["good ", "day "], read);
        Assert.Contains(report.Spans, span => span.Block == "respond/one");
        ModelUsage usage = Assert.Single(report.Usage).Usage;
        bool counts = kind != ChatServerKind.Triton;
        Assert.Equal(
            counts ? ("small", 80, 60, 2) : ("small", 0, 0, 0),
            (usage.Model, usage.InputTokens, usage.CachedInputTokens, usage.OutputTokens));
        await Ask.UntilAsync(() => devices.OpenLeases == 0);
        Assert.Equal((ServerHealth.Healthy, 0, counts ? 0.75 : null, 1), (one.Health, one.State.Requests, one.State.CachedShare, one.State.Answers));

        ServerCall call = server.Calls[0];
        Assert.Equal(("hello", "Bearer key"), (call.Question, call.Headers["Authorization"]));
        Assert.True(call.Request.GetProperty("stream").GetBoolean());
        Assert.Equal(counts, call.Request.TryGetProperty("stream_options", out _));
        Assert.Equal((50, 7), (call.Request.GetProperty("max_tokens").GetInt32(), call.Request.GetProperty("seed").GetInt32()));
        Assert.Equal("\n", call.Request.GetProperty("stop")[0].GetString());
        Assert.Equal(0.5f, call.Request.GetProperty("temperature").GetSingle());
        Assert.Null(call.Priority);
        Assert.False(call.GoesOn);
    }

    [Theory]
    [InlineData(429, 7)]
    [InlineData(503, 7)]
    [InlineData(503, null)]
    public async Task Ask_ServerSheds_IsShedAndNotAskedUntilItWantsTo(int status, int? retryAfter)
    {
        await using ScriptedServer server = await StartAsync(Script.Refuses(status, retryAfter), Script.Says("fine"));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using ChatServer one = server.Device("one", o => o with { Time = time });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));

        var shed = await chain.FailAsync<ServerShedException>();
        if (kind == ChatServerKind.Triton)
        {
            // It has no way to say how long.
            (status, retryAfter) = (0, null);
        }

        Assert.Equal((status, retryAfter, "one"), (shed.Status ?? 0, (int?)shed.RetryAfter?.TotalSeconds, shed.Server));
        TimeSpan pause = TimeSpan.FromSeconds(retryAfter ?? 1);
        Assert.Equal((ServerHealth.Healthy, pause), (one.Health, one.State.ShedFor));

        Assert.Equal(pause, (await chain.FailAsync<ServerShedException>()).RetryAfter);
        Assert.Single(server.Calls);

        time.Advance(pause);
        Assert.Equal("fine", await chain.AskAsync());
    }

    [Theory]
    [InlineData("server_error", 503)]
    [InlineData("overloaded_error", 0)]
    [InlineData("rate_limit_exceeded", 0)]
    public async Task Ask_ServerShedsInMidStream_IsShed(string type, int code)
    {
        await using ScriptedServer server = await StartAsync(Script.FailsAfter("one ", type, code));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerShedException>();
        Assert.Equal(ServerHealth.Healthy, one.Health);
    }

    [Theory]
    [InlineData("early end", "broke off")]
    [InlineData("error", "in mid-stream")]
    [InlineData("400", "correct the request")]
    [InlineData("401", "the key")]
    [InlineData("500", "its log")]
    [InlineData("cut", "connection broke")]
    public Task Ask_ServerFails_TheErrorTellsAndTheChainGoesOn(string fault, string told) => FailsAsync(told, fault switch
    {
        "early end" => Script.EndsEarlyAfter("one "),
        "error" => Script.FailsAfter("one "),
        "cut" => Script.CutsAfter(""),
        _ => Script.Refuses(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), message: "private words"),
    });

    [Fact]
    public async Task Interrupt_ServerWrites_ItSeesTheEndAndNoTextFollows()
    {
        await using ScriptedServer server = await StartAsync(Script.Endless, Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];

        await Assert.ThrowsAsync<TurnInterruptedException>(() => turn.ReadAsync(read, enough: 3, then: turn.Interrupt).WaitAsync(Ask.Patience));

        await server.Calls[0].Aborted.WaitAsync(Ask.Patience);
        Assert.DoesNotContain((await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience)).Blocks, block => block.Detached);
        Assert.Equal(["0 ", "1 ", "2 "], read);
        Assert.Equal((0, 0, ServerHealth.Healthy), (devices.OpenLeases, one.State.Requests, one.Health));
        Assert.Equal("fine", await chain.AskAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("one ")]
    public async Task Budget_ServerStalls_ItSeesTheEnd(string before)
    {
        await using ScriptedServer server = await StartAsync(Script.Stalls(before));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        var time = new FakeTimeProvider();
        await using var chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock(one), o => o.Budget(300.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(new() { Devices = devices, TimeProvider = time });
        Task<string> answer = chain.AskAsync();
        ServerCall call = await server.CallAsync(0);
        time.Advance(400.Milliseconds());
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => answer);
        await call.Aborted.WaitAsync(Ask.Patience);
        Assert.Equal(ServerHealth.Healthy, one.Health);
    }

    [Fact]
    public async Task MaxRequests_MoreTurns_Wait()
    {
        await using ScriptedServer server = await StartAsync(Script.Stalls("one "), Script.Says("two "));
        using ChatServer one = server.Device("one", o => o with { MaxRequests = 1 });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await using Turn<string> first = chain.Start(Ask.Question());
        await server.CallAsync(0);
        Task<string> second = chain.AskAsync();
        await Ask.UntilAsync(() => one.State.Requests == 2);
        Assert.Single(server.Calls);

        first.Interrupt();

        Assert.Equal("two ", await second);
    }

    [Fact]
    public async Task Interrupt_ManyTurnsAtRandom_LeaveNothingBehind()
    {
        await using ScriptedServer server = await StartAsync(call => call.Question.EndsWith('7') ? Script.Says("fine")(call) : Script.Endless(call));
        using ChatServer one = server.Device("one", o => o with { MaxRequests = 5 });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            Turn<string> turn = await chain.StartAsync(Ask.Question($"{i}"));
            int read = 0;
            try
            {
                await foreach (string text in turn.Output)
                {
                    if (read++ == i % 5)
                    {
                        turn.Interrupt();
                    }
                }
            }
            catch (TurnInterruptedException)
            {
                // As intended.
            }

            await turn.WhenQuiescentAsync();
        })).WaitAsync(Ask.Patience);

        await Ask.UntilAsync(() => devices.OpenLeases == 0 && one.State.Requests == 0);
        await Task.WhenAll(server.Calls.Select(call => call.Ended)).WaitAsync(Ask.Patience);
        Assert.Equal(ServerHealth.Healthy, one.Health);
    }

    private protected async Task FailsAsync(string told, Func<ServerCall, Task> script)
    {
        await using ScriptedServer server = await StartAsync(script, Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));

        var error = await chain.FailAsync<ServerException>();

        Assert.Contains("'one'", error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("private", error.Message, StringComparison.Ordinal);
        await one.ProbeAsync();
        Assert.Equal("fine", await chain.AskAsync());
        Assert.Equal(0, devices.OpenLeases);
    }

    private protected Task<ScriptedServer> StartAsync(params Func<ServerCall, Task>[] scripts) => ScriptedServer.StartAsync(kind, scripts);

    private protected static async Task AnswersAsync(ScriptedServer server, string expected, ChatServerRequest? request = null)
    {
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal(expected, await chain.AskAsync(request));
    }
}
