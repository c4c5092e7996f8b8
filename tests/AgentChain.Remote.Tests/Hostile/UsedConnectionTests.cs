using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Servers that close a connection after an answer, while the next request is on its way.</summary>
public sealed class UsedConnectionTests
{
    static string Answer(string text)
    {
        string events = RawCall.Say(text) + RawCall.End;
        return $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {events.Length}\r\n\r\n" + events;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_KeptConnectionIsClosedUnderTheRequest_ItIsSentAgain(bool reset)
    {
        int call = 0;
        await using RawServer server = RawServer.Start(async c =>
        {
            switch (Interlocked.Increment(ref call))
            {
                case 2 when reset:
                    c.Reset();
                    break;
                case 2:
                    c.Close();
                    break;
                default:
                    await c.SendAsync(Answer($"answer {call}"));
                    break;
            }
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));

        Assert.Equal("answer 1", await chain.AskAsync());
        await Ask.UntilAsync(() => one.State.Requests == 0);
        Assert.Equal("answer 3", await chain.AskAsync());
        Assert.Equal((3, ServerHealth.Healthy, 0), (server.Calls, one.Health, devices.OpenLeases));
    }

    [Fact]
    public async Task Ask_NewConnectionIsClosedUnderTheRequest_ItIsNotSentAgain()
    {
        await using RawServer server = RawServer.Answer("");
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerException>();
        Assert.Equal((1, ServerHealth.Unavailable), (server.Calls, one.Health));
    }

    [Fact]
    public async Task Ask_EachConnectionIsClosedUnderTheRequest_ItIsSentTwiceAndFails()
    {
        await using RawServer server = AnswersOnce();
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("fine", await chain.AskAsync());
        await chain.FailAsync<ServerException>();
        Assert.Equal((3, ServerHealth.Unavailable, 0), (server.Calls, one.Health, devices.OpenLeases));
    }

    [Fact]
    public async Task Ask_HandlerOfTheHost_TheRequestIsSentOnce()
    {
        await using RawServer server = AnswersOnce();
        using var handler = new SocketsHttpHandler { MaxResponseDrainSize = 0 };
        using ChatServer one = server.Device("one", o => o with { Handler = handler });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("fine", await chain.AskAsync());
        await chain.FailAsync<ServerException>();
        Assert.Equal(2, server.Calls);
    }

    /// <summary>Answers the first request and keeps the connection; closes it, and each other, under the next ones.</summary>
    static RawServer AnswersOnce()
    {
        int call = 0;
        return RawServer.Start(async c =>
        {
            if (Interlocked.Increment(ref call) == 1)
            {
                await c.SendAsync(Answer("fine"));
                return;
            }

            c.Close();
        });
    }
}
