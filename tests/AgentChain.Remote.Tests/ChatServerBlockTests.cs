using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;
using AgentChain.Speculation;

namespace AgentChain.Remote.Tests;

/// <summary>What holds for a block whatever the kind of its servers.</summary>
public sealed class ChatServerBlockTests
{
    [Fact]
    public async Task Interrupt_NobodyReadsAtThatMoment_TheServerSeesTheEndAllTheSame()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Endless);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Turn<string> turn = chain.Start(Ask.Question());
        await using IAsyncEnumerator<string> output = turn.Output.GetAsyncEnumerator();
        Assert.True(await output.MoveNextAsync());

        // Nothing more is read, so the queue fills up and the block waits for room.
        turn.Interrupt();

        await server.Calls[0].Aborted.WaitAsync(Ask.Patience);
        await Ask.UntilAsync(() => devices.OpenLeases == 0 && one.State.Requests == 0);
    }

    [Fact]
    public async Task Speculate_InputMayBeWrong_IsSentWithLowPriorityAndAborted()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(
            ChatServerKind.VLlm, call => call.Question == "wrong" ? Script.Stalls("never to be heard")(call) : Script.Says("the right answer")(call));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Chain.From<string>("desk")
            .Revise("listen", (_, token) => HearAsync(server, token))
            .Then("prompt", text => Ask.Question(text) with { Priority = RequestPriority.High })
            .Stream("respond", new ChatServerBlock(one), o => o.Speculate().CommitKey(r => r.Messages[0].Text))
            .Build(new() { Devices = devices, Speculation = new() { Controller = new EagerController() } });

        Assert.Equal("the right answer", string.Concat(await chain.RunToListAsync("speech").AsTask().WaitAsync(Ask.Patience)));

        Assert.Equal([("wrong", 100), ("right", -100)], server.Calls.Select(call => (call.Question, call.Priority)));
        await server.Calls[0].Aborted.WaitAsync(Ask.Patience);
    }

    [Fact]
    public async Task OnRequest_Callback_AddsHeaders()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.OpenAI, Script.Says("fine"));
        using ChatServer one = server.Device("one", o => o with
        {
            OnRequest = (request, context) => request.Headers.Add("x-block", context.BlockName),
        });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("fine", await chain.AskAsync());
        Assert.Equal("respond", server.Calls[0].Headers["x-block"]);
    }

    [Fact]
    public async Task OnRequest_CallbackThrows_FailsTheTurnAndNotTheServer()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.OpenAI, Script.Says("fine"));
        int calls = 0;
        using ChatServer one = server.Device("one", o => o with
        {
            OnRequest = (_, _) => _ = calls++ == 0 ? throw new InvalidTimeZoneException() : 0,
        });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());
        Assert.IsType<InvalidTimeZoneException>(error.InnerException);
        Assert.Equal((0, ServerHealth.Healthy, 0), (devices.OpenLeases, one.Health, one.State.Requests));
        Assert.Equal("fine", await chain.AskAsync());
    }

    [Fact]
    public async Task Answers_OneAfterTheOther_ShareAConnection()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("fine", await chain.AskAsync());

            // The response's last bytes are read after the turn.
            await server.Calls[i].Ended;
            await Task.Delay(20);
        }

        // On a busy machine, a request may come before the connection is free.
        Assert.InRange(server.Calls.Select(call => call.Connection).Distinct().Count(), 1, 4);
    }

    [Theory]
    [InlineData(ChatServerKind.VLlm)]
    [InlineData(ChatServerKind.Triton)]
    public async Task Stall_ReaderIsSlow_TheServerIsNotBlamed(ChatServerKind kind)
    {
        string text = string.Concat(Enumerable.Range(0, 300).Select(i => $"word{i} "));
        await using ScriptedServer server = await ScriptedServer.StartAsync(kind, Script.Says(text));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one, new() { Stall = 3.Seconds() }), o => o.Capacity(1));
        await using Turn<string> turn = chain.Start(Ask.Question());
        await using IAsyncEnumerator<string> output = turn.Output.GetAsyncEnumerator();
        Assert.True(await output.MoveNextAsync());
        await Task.Delay(3500.Milliseconds());
        string read = output.Current;
        while (await output.MoveNextAsync())
        {
            read += output.Current;
        }

        Assert.Equal(text, read);
    }

    [Fact]
    public async Task Load_OneServerIsFull_TheOtherIsAsked()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Says("first"));
        await using ScriptedServer other = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Says("second"));
        using ChatServer first = server.Device("first", o => o with { MaxRequests = 1 }), second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]));
        ChatServerRequest request = Ask.Question() with { Conversation = "ada" };
        Assert.Equal("first", await chain.AskAsync(request));
        await first.UseAsync(async () => Assert.Equal("second", await chain.AskAsync(request)));
    }

    [Fact]
    public async Task Load_OneServerIsTooSlowForItsTurns_TheOtherIsAsked()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Stalls());
        await using ScriptedServer other = await ScriptedServer.StartAsync(ChatServerKind.VLlm, Script.Says("second"));
        using ChatServer first = server.Device("first"), second = other.Device("second");
        using DeviceScheduler devices = Ask.Devices(first, second);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([first, second]), o => o.Budget(2.Seconds()).OnOverrun(Overrun.Cancel));
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => chain.AskAsync());
        await Ask.UntilAsync(() => first.State.Requests == 0);

        Assert.Equal("second", await chain.AskAsync());
        Assert.Equal("second", await chain.AskAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Resume_EnginesDieAtRandom_EveryTurnHasItsTextOnce(int seed)
    {
        string text = string.Concat(Enumerable.Range(0, 40).Select(i => $"word{i} "));
        List<ScriptedServer> servers = [];
        for (int i = 0; i < 4; i++)
        {
            // The last one is well, so that each turn can end.
            var random = new Random((seed * 100) + i);
            int[] ways = new int[200];
            for (int j = 0; j < ways.Length && i < 3; j++)
            {
                ways[j] = random.Next(12);
            }

            int asked = 0;
            servers.Add(await ScriptedServer.StartAsync(
                ChatServerKind.VLlm, call => Dying(call, text, ways[Interlocked.Increment(ref asked) % ways.Length])));
        }

        ChatServer[] devices = [.. servers.Select((server, i) => server.Device($"s{i}", o => o with { ProbeDelay = 1.Milliseconds() }))];
        using DeviceScheduler scheduler = Ask.Devices(devices);
        await using (var chain = Ask.Chain(scheduler, new ChatServerBlock(devices, new() { Failover = ServerFailover.Resume })))
        {
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => chain.AskAsync()));
            Assert.All(answers, answer => Assert.Equal(text, answer));
            Assert.True(servers.Sum(server => server.Calls.Count) > 40, "No engine died.");
            await Ask.UntilAsync(() => scheduler.OpenLeases == 0 && devices.All(device => device.State.Requests == 0));
        }

        foreach (ChatServer device in devices)
        {
            device.Dispose();
        }

        foreach (ScriptedServer server in servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>An engine that ends in one of several ways after some words, or answers.</summary>
    static Task Dying(ServerCall call, string text, int way)
    {
        string some = text[..text.IndexOf($"word{way * 3} ", StringComparison.Ordinal)];
        if (call.GoesOn)
        {
            some = some.Length > call.Question.Length ? some : call.Question;
        }

        return way switch
        {
            1 or 5 => Script.EndsEarlyAfter(some)(call),
            2 or 6 => Script.FailsAfter(some, "overloaded", 503)(call),
            3 or 7 => Script.FailsAfter(some)(call),
            4 => Script.Refuses(500)(call),
            8 => Cut(call, some),
            _ => Script.Says(text)(call),
        };

        static async Task Cut(ServerCall call, string some)
        {
            await Script.EndsEarlyAfter(some)(call);
            call.Cut();
        }
    }

    static async IAsyncEnumerable<Hypothesis<string>> HearAsync(
        ScriptedServer server, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative("wrong", 0.9);
        await server.CallAsync(0).WaitAsync(token);
        yield return Hypothesis.Final("right");
    }
}
