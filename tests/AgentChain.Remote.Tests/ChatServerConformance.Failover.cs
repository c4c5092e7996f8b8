using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote.Tests;

public abstract partial class ChatServerConformance
{
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(0)]
    public async Task Failover_FirstServerGivesNoText_TheOtherAnswers(int status)
    {
        await using ScriptedServer bad = await StartAsync(status == 0 ? Script.CutsAfter("") : Script.Refuses(status));
        await using ScriptedServer good = await StartAsync(Script.Says("good day"));
        using ChatServer first = bad.Device("first"), second = good.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        Assert.Equal("good day", await chain.AskAsync());
        Assert.Equal((1, 1), (bad.Calls.Count, good.Calls.Count));
    }

    [Fact]
    public async Task Failover_BadRequest_IsNotAskedAgain()
    {
        await using ScriptedServer server = await StartAsync(Script.Refuses(400)), other = await StartAsync(Script.Says("fine"));
        using ChatServer first = server.Device("first"), second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        Assert.Contains("correct the request", (await chain.FailAsync<ServerException>()).Message, StringComparison.Ordinal);
        Assert.Empty(other.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failover_EveryServerSheds_IsShedIfAllDo(bool all)
    {
        await using ScriptedServer server = await StartAsync(Script.Refuses(429, 9)), other = await StartAsync(Script.Refuses(all ? 503 : 500));
        using ChatServer first = server.Device("first"), second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        ServerException error = all ? await chain.FailAsync<ServerShedException>() : await chain.FailAsync<ServerException>();
        Assert.Equal(2, Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("shed")]
    [InlineData("stall")]
    public async Task Resume_EngineDiesInMidStream_NoTokenComesTwice(string how)
    {
        const string Text = "one two  three four";
        await using ScriptedServer bad = await StartAsync(how switch
        {
            "cut" => Script.CutsAfter("one two  "),
            "shed" => Script.FailsAfter("one two  ", "overloaded", 503),
            _ => Script.Stalls("one two  "),
        });
        await using ScriptedServer good = await StartAsync(Script.Says(Text));
        using ChatServer first = bad.Device("first"), second = good.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        var options = new ChatServerBlockOptions { Failover = ServerFailover.Resume, Stall = how == "stall" ? 2.Seconds() : null };
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second], options), o => o.Budget(30.Seconds()));
        await using Turn<string> turn = chain.Start(Ask.Question() with { MaxOutputTokens = 10 });
        List<string> read = [];
        Task reading = turn.ReadAsync(read, enough: 3, then: () => LetGoIf(how == "cut", bad));

        if (!continues)
        {
            var error = await Assert.ThrowsAsync<BlockFailedException>(() => reading.WaitAsync(Ask.Patience));
            Assert.IsType<ServerException>(error.InnerException, exactMatch: false);
            Assert.Equal("one two  ", string.Concat(read));
            Assert.Empty(good.Calls);
            return;
        }

        await reading.WaitAsync(Ask.Patience);
        Assert.Equal(Text, string.Concat(read));
        ServerCall resumed = Assert.Single(good.Calls);
        Assert.True(resumed.GoesOn);
        Assert.Equal("one two", resumed.Question);
        Assert.Equal(7, resumed.MaxTokens);
        Assert.Contains((await turn.Completion).Report.Spans, span => span.Block == "respond/second");
    }

    [Fact]
    public async Task BeforeText_EngineDiesInMidStream_FailsAndNothingIsRepeated()
    {
        await using ScriptedServer bad = await StartAsync(Script.CutsAfter("one two "));
        await using ScriptedServer good = await StartAsync(Script.Says("one two three "));
        using ChatServer first = bad.Device("first"), second = good.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        await using Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];
        var error = await Assert.ThrowsAsync<BlockFailedException>(
            () => turn.ReadAsync(read, enough: 2, then: () => LetGoIf(true, bad)).WaitAsync(Ask.Patience));
        Assert.IsType<ServerException>(error.InnerException);
        Assert.Equal(["one ", "two "], read);
        Assert.Empty(good.Calls);
    }

    [Fact]
    public async Task Health_ServerGoesAwayAndComesBack_TurnsGoOnMeanwhile()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("first")), other = await StartAsync(Script.Says("second"));
        using ChatServer first = server.Device("first", o => o with { ProbeDelay = 20.Milliseconds(), MaxProbeDelay = 20.Milliseconds() });
        using ChatServer second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        ChatServerRequest request = Ask.Question() with { Conversation = "ada" };
        Assert.Equal("first", await chain.AskAsync(request));

        await server.GoAwayAsync();
        Assert.Equal("second", await chain.AskAsync(request));
        Assert.Equal(ServerHealth.Unavailable, first.Health);

        await server.ComeBackAsync();
        await Ask.UntilAsync(() => first.Health == ServerHealth.Healthy);
        Assert.Equal("second", await chain.AskAsync(request));
        await second.UseAsync(async () => Assert.Equal("first", await chain.AskAsync(request)));

        // Its trial was a request of its own.
        Assert.Equal([null, 1, null], server.Calls.Select(call => call.MaxTokens));
    }

    [Fact]
    public async Task Health_OnlyServerIsGone_TurnsFailAtOnceUntilItIsBack()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        server.HealthStatus = 503;
        await server.GoAwayAsync();
        using ChatServer one = server.Device("one", o => o with { ProbeDelay = 5.Milliseconds(), MaxProbeDelay = 5.Milliseconds() });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerException>();
        Assert.Contains("Unavailable", (await chain.FailAsync<ServerException>()).Message, StringComparison.Ordinal);

        await server.ComeBackAsync();
        await Ask.UntilAsync(() => server.Probes > 1);
        Assert.Equal(ServerHealth.Unavailable, one.Health);
        server.HealthStatus = 200;
        await Ask.UntilAsync(() => one.Health != ServerHealth.Unavailable);

        // They wait for the trial, or one of them becomes it.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => chain.AskAsync())), answer => Assert.Equal("fine", answer));
        Assert.Equal(ServerHealth.Healthy, one.Health);
    }

    [Fact]
    public async Task Health_EngineIsDeadBehindAServerThatIsWell_ItIsNotAsked()
    {
        await using ScriptedServer server = await StartAsync(Script.CutsAfter(""), Script.Refuses(500), Script.Refuses(500), Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerException>();

        Assert.Equal((false, false), (await one.ProbeAsync(), await one.ProbeAsync()));
        Assert.Equal((ServerHealth.Unavailable, 3), (one.Health, server.Calls.Count));

        Assert.True(await one.ProbeAsync());
        Assert.Equal((ServerHealth.Healthy, 4), (one.Health, server.Calls.Count));
    }

    [Fact]
    public async Task Conversation_NextRequests_StayWhereTheirCacheIs()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("first", cached: 90));
        await using ScriptedServer other = await StartAsync(Script.Says("second", cached: 90));
        using ChatServer first = server.Device("first"), second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        Dictionary<string, string> homes = [];
        for (int round = 0; round < 3; round++)
        {
            foreach (string conversation in new[] { "ada", "bob", "eve", "zoe" })
            {
                string answer = await chain.AskAsync(Ask.Question() with { Conversation = conversation });
                Assert.Equal(homes.GetValueOrDefault(conversation, answer), answer);
                homes[conversation] = answer;
            }
        }
    }

    [Fact]
    public async Task Prefill_Conversation_ItsServerReadsTheMessagesAndAnswersThem()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = AgentChain.Chain.From<string>("desk")
            .Revise("listen", (text, token) => new[] { Hypothesis.Tentative(text, 0.9), Hypothesis.Final(text) }.ToAsyncEnumerable())
            .Then("prompt", text => Ask.Question(text) with { Conversation = "ada" })
            .Stream("respond", new ChatServerBlock(one), o => o.Speculate(SpeculationLevel.Prefill).CommitKey(r => r.Messages[0].Text))
            .Build(new() { Devices = devices, Speculation = new() { Controller = new EagerController() } });
        Assert.Equal(["fine"], await chain.RunToListAsync("hello").AsTask().WaitAsync(Ask.Patience));
        Assert.All(server.Calls, call => Assert.Equal("hello", call.Question));
        Assert.False(server.Calls[^1].Request.TryGetProperty("max_tokens", out _));
    }

    static void LetGoIf(bool condition, ScriptedServer server)
    {
        if (condition)
        {
            server.Calls[0].LetGo();
        }
    }
}
