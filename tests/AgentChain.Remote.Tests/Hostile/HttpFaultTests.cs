using System.Globalization;
using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Servers that break HTTP, the event stream, or what it carries: one typed error that tells, and nothing left behind.</summary>
public sealed class HttpFaultTests
{
    const string Head = RawCall.Events;
    const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

    public static TheoryData<string, string, string, ServerHealth> Faults => new()
    {
        { "nothing", "", "connection broke", ServerHealth.Unavailable },
        { "half a head", "HTTP/1.1 200 OK\r\nContent-Ty", "connection broke", ServerHealth.Unavailable },
        { "not HTTP", "220 mail.example ESMTP\r\n\r\n", "connection broke", ServerHealth.Unavailable },
        { "endless headers", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-A: " + new string('a', 1_000) + "\r\n", 200)), "connection broke", ServerHealth.Unavailable },
        { "chunk cut", RawCall.Chunked + "100\r\ndata: {", "connection broke", ServerHealth.Unavailable },
        { "chunk without length", RawCall.Chunked + "zz\r\ndata: {", "connection broke", ServerHealth.Unavailable },
        { "body too short", Head.Replace("Connection: close", "Content-Length: 5000", StringComparison.Ordinal) + RawCall.Say("x"), "connection broke", ServerHealth.Unavailable },
        { "no finish", Head + RawCall.Say("x"), "broke off", ServerHealth.Unavailable },
        { "[DONE] alone", Head + "data: [DONE]\n\n", "broke off", ServerHealth.Unavailable },
        { "no content", "HTTP/1.1 204 No Content\r\n\r\n", "no content type", ServerHealth.Healthy },
        { "invalid UTF-8", Head + "data: {\"choices\":[{\"delta\":{\"content\":\"\u00C3\u0028\"}}]}\n\n" + RawCall.End, "not a chunk of a chat completion", ServerHealth.Healthy },
        { "content of another shape", Head + "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\"}]}}]}\n\n" + RawCall.End, "not a chunk of a chat completion", ServerHealth.Healthy },
        { "an array", Head + "data: [1,2]\n\n", "not a chunk of a chat completion", ServerHealth.Healthy },
        { "deep JSON", Head + "data: " + new string('[', 10_000) + "\n\n", "not a chunk of a chat completion", ServerHealth.Healthy },
        { "redirect", "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://elsewhere.invalid/v1\r\nContent-Length: 0\r\n\r\n", "http://elsewhere.invalid/v1", ServerHealth.Healthy },
        { "not found", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "/v1/chat/completions", ServerHealth.Healthy },
        { "error in JSON", Json + """{"error":{"message":"no such model","code":500}}""", "reported an error", ServerHealth.Healthy },
        { "answer in JSON", Json + """{"choices":[{"message":{"content":"good day"},"finish_reason":"stop"}]}""", "'application/json' in place of 'text/event-stream'", ServerHealth.Healthy },
        { "finished with an error", Head + RawCall.Finish.Replace("stop", "error", StringComparison.Ordinal), "'error'", ServerHealth.Healthy },
        { "finished with an abort", Head + RawCall.Finish.Replace("stop", "abort", StringComparison.Ordinal), "'abort'", ServerHealth.Healthy },
        { "tool call", Head + """data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"look_up","arguments":"{}"}}]}}]}""" + "\n\n" + RawCall.Finish.Replace("stop", "tool_calls", StringComparison.Ordinal), "calls a tool", ServerHealth.Healthy },
        { "compressed", Head.Replace("Connection", "Content-Encoding: gzip\r\nConnection", StringComparison.Ordinal) + "\u001f\u008b\u0008", "'gzip'", ServerHealth.Healthy },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Ask_ServerBreaksItsWord_TheErrorTells(string fault, string answer, string told, ServerHealth health)
    {
        await using RawServer server = RawServer.Answer(answer);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerException error = await chain.FailAsync<ServerException>();
        Assert.True(error.Message.Contains(told, StringComparison.Ordinal), $"{fault}: {error}");
        Assert.Equal((health, 0, 0), (one.Health, devices.OpenLeases, one.State.Requests));
        await Ask.UntilAsync(() => server.Open == 0);
    }

    [Theory]
    [InlineData("""{"error":{"message":"slow down","type":"rate_limit_error"}}""")]
    [InlineData("""{"error":{"message":"slow down","code":429}}""")]
    [InlineData("""{"object":"error","message":"slow down","code":503}""")]
    public async Task Ask_SuccessWithAnErrorInJson_IsReadAsTheError(string body)
    {
        await using RawServer server = RawServer.Answer(Json + body);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerShedException error = await chain.FailAsync<ServerShedException>();
        Assert.Contains("slow down", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("1.5", null)]
    [InlineData("0", 0)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", -1)]
    public async Task Ask_RetryAfterOfAnyKind_IsShedAndAskedAgainInTime(string retryAfter, int? seconds)
    {
        bool shed = true;
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(shed ? $"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {retryAfter}\r\nContent-Length: 0\r\n\r\n" : Head + RawCall.Say("fine") + RawCall.End);
            call.Close();
        });
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using ChatServer one = server.Device("one", o => o with { Time = time });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        var error = await chain.FailAsync<ServerShedException>();
        if (seconds != -1)
        {
            Assert.Equal(seconds, (int?)error.RetryAfter?.TotalSeconds);
        }

        Assert.InRange(one.State.ShedFor, TimeSpan.Zero, 600.Seconds());
        shed = false;
        time.Advance(600.Seconds());
        Assert.Equal("fine", await chain.AskAsync());
    }

    [Fact]
    public async Task Ask_ShedOnADate_TheClockOfTheServerIsFollowed()
    {
        var time = new JumpingTime { Now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        string date = time.GetUtcNow().AddSeconds(20).ToString("r", CultureInfo.InvariantCulture);
        await using RawServer server = RawServer.Answer($"HTTP/1.1 503 Busy\r\nRetry-After: {date}\r\nContent-Length: 0\r\n\r\n");
        using ChatServer one = server.Device("one", o => o with { Time = time });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal(20.Seconds(), (await chain.FailAsync<ServerShedException>()).RetryAfter);

        // The clock of the machine is set back by a day: the pause is measured by another one.
        time.Now = time.Now.AddDays(-1);
        Assert.InRange(one.State.ShedFor, 1.Seconds(), 20.Seconds());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Ask_BodyOfTheErrorNeverEnds_TheStatusCounts(int status)
    {
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync($"HTTP/1.1 {status} No\r\nContent-Length: 5000\r\n\r\nslow");
            await call.GoneAsync();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        var error = Assert.IsAssignableFrom<ServerException>((await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync())).InnerException);
        Assert.Equal((status, status == 429, "slow"), (error.Status, error is ServerShedException, error.InnerException?.Message));
        await Ask.UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task Ask_BodyOfTheErrorBreaksOff_TheStatusCounts()
    {
        await using RawServer server = RawServer.Answer("HTTP/1.1 429 No\r\nContent-Length: 5000\r\nRetry-After: 7\r\n\r\nslow");
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal((7.Seconds(), ServerHealth.Healthy), ((await chain.FailAsync<ServerShedException>()).RetryAfter, one.Health));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_AnswerComesBeforeTheLongRequestIsRead_TheStatusCounts(bool closes)
    {
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
            if (closes)
            {
                call.Close();
                return;
            }

            call.HalfClose();
            await call.GoneAsync();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerException error = await chain.FailAsync<ServerException>(Ask.Question(new string('x', 20_000_000)));
        Assert.True(error.Status == 413 && one.Health == ServerHealth.Healthy, error.ToString());
    }

    [Fact]
    public async Task Ask_EventOf50Megabytes_IsRefusedEarly()
    {
        long sent = 0;
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(Head + "data: {\"choices\":[{\"delta\":{\"content\":\"");
            string piece = new('x', 100_000);
            for (; sent < 500; sent++)
            {
                await call.SendAsync(piece);
            }
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerException error = await chain.FailAsync<ServerException>();
        Assert.Contains("bytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(sent, 0, 250);
    }

    sealed class JumpingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
