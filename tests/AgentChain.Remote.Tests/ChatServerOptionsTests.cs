using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote.Tests;

/// <summary>Bad input is refused with an error that names the server or the block, the option and its value.</summary>
public sealed class ChatServerOptionsTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { nameof(ChatServerOptions.Name), "ChatServerOptions.Name is ''" },
        { nameof(ChatServerOptions.Endpoint), "Endpoint is 'ftp://one/v1'; it must be an absolute address that begins with http" },
        { nameof(ChatServerOptions.Model), "Server 'one': ChatServerOptions.Model is ' '" },
        { nameof(ChatServerOptions.Kind), "Server 'one': ChatServerOptions.Kind is 77; it must be one of OpenAI, VLlm" },
        { nameof(ChatServerOptions.Prompt), "Server 'one': ChatServerOptions.Prompt is null; a server of the kind Triton needs it" },
        { nameof(ChatServerOptions.MaxRequests), "Server 'one': ChatServerOptions.MaxRequests is 0; it must be from 1 to 10000." },
        { nameof(ChatServerOptions.PriorityOrder), "Server 'one': ChatServerOptions.PriorityOrder is 77" },
        { nameof(ChatServerOptions.DeadlineHeaders), "'x-deadline' is not a header that carries a deadline; use one of grpc-timeout" },
        { nameof(ChatServerOptions.ShedDelay), "Server 'one': ChatServerOptions.ShedDelay is 0 ms; it must be greater than zero." },
        { nameof(ChatServerOptions.ProbeDelay), "Server 'one': ChatServerOptions.ProbeDelay is -1 ms" },
        { nameof(ChatServerOptions.MaxProbeDelay), "Server 'one': ChatServerOptions.MaxProbeDelay is 1 ms; it must be at least the ProbeDelay." },
        { nameof(ChatServerOptions.ProbeTimeout), "Server 'one': ChatServerOptions.ProbeTimeout is 0 ms" },
        { nameof(ChatServerOptions.Time), "Server 'one': ChatServerOptions.Time is null" },
        { nameof(ChatServerOptions.OnRequest), "Server 'one': ChatServerOptions.OnRequest is an async lambda" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void New_InvalidOption_IsNamed(string option, string told)
    {
        ChatServerOptions options = new("one", new Uri("http://one/v1"), "small");
        options = option switch
        {
            nameof(ChatServerOptions.Name) => options with { Name = "" },
            nameof(ChatServerOptions.Endpoint) => options with { Endpoint = new Uri("ftp://one/v1") },
            nameof(ChatServerOptions.Model) => options with { Model = " " },
            nameof(ChatServerOptions.Kind) => options with { Kind = (ChatServerKind)77 },
            nameof(ChatServerOptions.Prompt) => options with { Kind = ChatServerKind.Triton },
            nameof(ChatServerOptions.MaxRequests) => options with { MaxRequests = 0 },
            nameof(ChatServerOptions.PriorityOrder) => options with { PriorityOrder = (PriorityOrder)77 },
            nameof(ChatServerOptions.DeadlineHeaders) => options with { DeadlineHeaders = ["x-deadline"] },
            nameof(ChatServerOptions.ShedDelay) => options with { ShedDelay = TimeSpan.Zero },
            nameof(ChatServerOptions.ProbeDelay) => options with { ProbeDelay = TimeSpan.FromMilliseconds(-1) },
            nameof(ChatServerOptions.MaxProbeDelay) => options with { MaxProbeDelay = 1.Milliseconds() },
            nameof(ChatServerOptions.ProbeTimeout) => options with { ProbeTimeout = TimeSpan.Zero },
            nameof(ChatServerOptions.Time) => options with { Time = null! },
            _ => options with { OnRequest = async (_, _) => await Task.Yield() },
        };
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => new ChatServer(options));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewBlock_NoServersTwiceTheSameOrBadOptions_AreRefused()
    {
        using ChatServer one = New(), same = New();
        Assert.Contains("no servers", Assert.Throws<ArgumentException>(() => new ChatServerBlock([])).Message, StringComparison.Ordinal);
        Assert.Contains("'one'", Assert.Throws<ArgumentException>(() => new ChatServerBlock([one, same])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ChatServerBlock([one, null!]));
        Refused("Failover", new() { Failover = (ServerFailover)9 });
        Refused("FirstText", new() { FirstText = TimeSpan.Zero });
        Refused("Stall", new() { Stall = TimeSpan.Zero });
        Refused("MaxConversations", new() { MaxConversations = 0 });

        void Refused(string option, ChatServerBlockOptions options) => Assert.Contains(
            $"ChatServerBlockOptions.{option} is ",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ChatServerBlock(one, options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestPriority_BadOptions_AreRefused()
    {
        using ChatServer one = New();
        await Refused("Fill", new() { Fill = -1 });
        await Refused("Each", new() { Each = 3 });
        await Refused("MaxOutputTokens", new() { MaxOutputTokens = 0 });

        async Task Refused(string option, PriorityTestOptions options) => Assert.Contains(
            $"PriorityTestOptions.{option} is ",
            (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.TestPriorityAsync(options))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SchedulerLacksTheServer_IsRefusedWithTheListOfDevices()
    {
        using ChatServer one = New();
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        var error = Assert.Throws<ChainValidationException>(() => Ask.Chain(devices, new ChatServerBlock(one)));
        Assert.Contains("one", error.Message, StringComparison.Ordinal);
        Assert.Contains("available devices: cpu", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "'respond'")]
    [InlineData("none", "Block 'respond': ChatServerRequest.Messages is empty")]
    [InlineData("null message", "contains null at index 1")]
    [InlineData("picture", "has a DataContent at index 0; only text can be sent")]
    [InlineData("priority", "ChatServerRequest.Priority is 5")]
    [InlineData("tokens", "ChatServerRequest.MaxOutputTokens is 0")]
    [InlineData("temperature NaN", "Block 'respond': ChatServerRequest.Temperature is NaN; it must be a finite number")]
    [InlineData("temperature infinite", "ChatServerRequest.Temperature is Infinity")]
    [InlineData("share NaN", "Block 'respond': ChatServerRequest.TopP is NaN; it must be a number greater than 0")]
    [InlineData("stop null", "ChatServerRequest.Stop contains null")]
    [InlineData("stop empty", "ChatServerRequest.Stop contains null or an empty text")]
    [InlineData("role", "a message without a role at index 0; use one of ChatRole")]
    public async Task Ask_InvalidRequest_FailsWithItsName(string mistake, string told)
    {
        using ChatServer one = New();
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ChatServerRequest request = mistake switch
        {
            "null" => null!,
            "none" => new([]),
            "null message" => new([new(ChatRole.User, "hello"), null!]),
            "picture" => new([new(ChatRole.User, [new DataContent(new byte[1], "image/png")])]),
            "priority" => Ask.Question() with { Priority = (RequestPriority)5 },
            "tokens" => Ask.Question() with { MaxOutputTokens = 0 },
            "temperature NaN" => Ask.Question() with { Temperature = float.NaN },
            "temperature infinite" => Ask.Question() with { Temperature = float.PositiveInfinity },
            "share NaN" => Ask.Question() with { TopP = float.NaN },
            "stop null" => Ask.Question() with { Stop = ["\n", null!] },
            "stop empty" => Ask.Question() with { Stop = [""] },
            _ => new([new ChatMessage(default, "hello")]),
        };
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(request).AsTask().WaitAsync(Ask.Patience));
        Assert.Contains(told, error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ServerWasDisposed_SaysSo()
    {
        ChatServer one = New();
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        one.Dispose();
        Assert.Contains("Dispose a ChatServer after its chains", (await chain.FailAsync<ServerException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WarmUp_NoServerAnswers_Fails()
    {
        using ChatServer one = new(new("one", new Uri("http://127.0.0.1:1/v1"), "small") { ProbeTimeout = 5.Seconds() });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => chain.WarmUpAsync().AsTask().WaitAsync(Ask.Patience));
        Assert.Contains("No server is available: one (OpenAI): Unavailable", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_Key_IsLeftOut()
    {
        var options = new ChatServerOptions("one", new Uri("http://one/v1"), "small") { ApiKey = "secret" };
        Assert.Equal("one (OpenAI) at http://one/v1", options.ToString());
        using ChatServer one = new(options);
        Assert.Equal("one (OpenAI): Healthy, 0 of 16 requests", one.ToString());
        Assert.Equal("1 message, priority Normal", Ask.Question("private").ToString());
    }

    [Theory]
    [InlineData("http://me:secret@one/v1", "has a user name or a password before 'http://one/v1'")]
    [InlineData("http://one/v1#part", "Endpoint is 'http://one/v1' with a fragment")]
    [InlineData("http://one/v1/chat/completions/", "leave out '/chat/completions', which is added")]
    [InlineData("/v1", "Endpoint is '/v1'; it must be an absolute address")]
    public void New_WrongEndpoint_IsToldWithoutSecrets(string endpoint, string told)
    {
        var error = Assert.Throws<ArgumentException>(() => new ChatServer(new("one", new Uri(endpoint, UriKind.RelativeOrAbsolute), "small")));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret\n", "has a character at index 6 that a header cannot carry")]
    [InlineData("se cret", "has a character at index 2")]
    [InlineData("secr\u00E9t", "has a character at index 4")]
    [InlineData("", "Server 'one': ChatServerOptions.ApiKey is empty; use null for none.")]
    public void New_KeyThatNoHeaderCarries_IsToldWithoutTheKey(string key, string told)
    {
        var error = Assert.Throws<ArgumentException>(() => new ChatServer(new("one", new Uri("http://one/v1"), "small") { ApiKey = key }));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Length == 0 ? "secret" : key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://one/v1", "http://one/v1/chat/completions", "http://one/v1/models")]
    [InlineData("http://one/v1/?api-version=2", "http://one/v1/chat/completions?api-version=2", "http://one/v1/models?api-version=2")]
    [InlineData("https://one:8443/a%20b/v1", "https://one:8443/a%20b/v1/chat/completions", "https://one:8443/a%20b/v1/models")]
    public void Endpoint_PathOrQuery_StaysWhereItBelongs(string endpoint, string chat, string health)
    {
        ChatServerOptions options = new("one", new Uri(endpoint), "small");
        Assert.Equal((chat, health), (ServerDialect.ChatOf(options).AbsoluteUri, ServerDialect.HealthOf(options).AbsoluteUri));
    }

    [Fact]
    public async Task Times_OfAnyLength_AreAccepted()
    {
        await using var server = Servers.RawServer.Answer(Servers.RawCall.Events + Servers.RawCall.Say("fine") + Servers.RawCall.End);
        using ChatServer one = server.Device("one", o => o with
        {
            ShedDelay = TimeSpan.MaxValue, ProbeDelay = TimeSpan.MaxValue, MaxProbeDelay = TimeSpan.MaxValue, ProbeTimeout = TimeSpan.MaxValue,
        });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one, new() { FirstText = TimeSpan.MaxValue, Stall = TimeSpan.MaxValue }));
        Assert.True(await one.ProbeAsync());
        Assert.Equal("fine", await chain.AskAsync());
    }

    static ChatServer New() => new(new("one", new Uri("http://one.invalid/v1"), "small"));
}
