using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Networks that do not lead to the server: a turn goes on at the other one, and alone it fails with what is wrong.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData("name")]
    [InlineData("refused")]
    [InlineData("not TLS")]
    [InlineData("proxy")]
    [InlineData("gRPC name")]
    public async Task Ask_ServerIsNotReached_TheOtherAnswersAndTheErrorTells(string what)
    {
        await using RawServer server = RawServer.Answer(RawCall.Events + RawCall.Say("fine") + RawCall.End);
        await using RawServer proxy = RawServer.Answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy(proxy.Root) };
        string address = what switch
        {
            "refused" => "http://127.0.0.1:1/v1",
            "not TLS" => $"https://127.0.0.1:{server.Root.Port}/v1",
            _ => "http://nowhere.invalid/v1",
        };
        using ChatServer one = new(new("one", new Uri(address), "small")
        {
            Kind = what == "gRPC name" ? ChatServerKind.Triton : ChatServerKind.OpenAI,
            Prompt = TensorCall.PromptOf,
            Handler = what == "proxy" ? handler : null,
            ProbeDelay = 60.Seconds(),
            MaxProbeDelay = 60.Seconds(),
        });
        using ChatServer two = server.Device("two");
        using DeviceScheduler devices = Ask.Devices(one, two);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([one, two]));
        await using var alone = Ask.Chain(devices, new ChatServerBlock(one));

        Assert.Equal("fine", await chain.AskAsync());
        ServerException error = await alone.FailAsync<ServerException>();
        Assert.Contains(what == "proxy" ? "status 502" : "cannot be reached", what == "proxy" ? error.Message : error.ToString(), StringComparison.Ordinal);
        Assert.Equal((what == "proxy" ? ServerHealth.Healthy : ServerHealth.Unavailable, 0), (one.Health, devices.OpenLeases));
    }

    [Fact]
    public async Task Ask_CertificateIsNotTrusted_TheErrorTells()
    {
        using var key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(-1));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            try
            {
                using Socket socket = await listener.AcceptSocketAsync();
                await using var stream = new SslStream(new NetworkStream(socket));
                await stream.AuthenticateAsServerAsync(certificate);
                stream.ReadByte();
            }
            catch (Exception)
            {
                // The client does not trust it.
            }
        });
        using ChatServer one = new(new("one", new Uri($"https://{listener.LocalEndpoint}/v1"), "small") { ProbeDelay = 60.Seconds(), MaxProbeDelay = 60.Seconds() });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerException error = await chain.FailAsync<ServerException>();
        Assert.Contains("certificate", error.ToString(), StringComparison.OrdinalIgnoreCase);
        listener.Stop();
        await serving.WaitAsync(Ask.Patience);
    }

    [Fact]
    public async Task Ask_ServerAcceptsAndNeverAnswers_TheOtherAnswersAfterTheLimit()
    {
        await using RawServer silent = RawServer.Start(call => call.GoneAsync());
        await using RawServer server = RawServer.Answer(RawCall.Events + RawCall.Say("fine") + RawCall.End);
        using ChatServer one = silent.Device("one"), two = server.Device("two");
        using DeviceScheduler devices = Ask.Devices(one, two);
        var time = new FakeTimeProvider();
        await using var chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock([one, two], new() { FirstText = 50.Milliseconds() })).Build(new() { Devices = devices, TimeProvider = time });
        Task<string> answer = chain.AskAsync();
        await Ask.UntilAsync(() => silent.Calls > 0);
        time.Advance(50.Milliseconds());
        Assert.Equal("fine", await answer);
        Assert.Equal((ServerHealth.Unavailable, 0), (one.Health, devices.OpenLeases));
        await Ask.UntilAsync(() => silent.Open == 0);
    }

    [Fact]
    public async Task Ask_ClientSideIsHalfClosed_TheAnswerIsWhole()
    {
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(RawCall.Events + RawCall.Say("fine") + RawCall.End);
            call.HalfClose();
            await call.GoneAsync();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal(["fine", "fine"], [await chain.AskAsync(), await chain.AskAsync()]);
        await Ask.UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task Ask_StormOf503_NothingIsSentWhileItLastsAndAllIsWellAfter()
    {
        bool storm = true;
        await using RawServer server = RawServer.Start(call => call.SendAsync(
            storm ? "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
                : RawCall.Chunked + $"{RawCall.Say("fine").Length:x}\r\n{RawCall.Say("fine")}\r\n{RawCall.End.Length:x}\r\n{RawCall.End}\r\n0\r\n\r\n"));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using ChatServer one = server.Device("one", o => o with { Time = time });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerShedException[] shed = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => chain.FailAsync<ServerShedException>()));
        Assert.All(shed, error => Assert.Equal(5.Seconds(), error.RetryAfter));
        int calls = server.Calls;
        await chain.FailAsync<ServerShedException>();
        Assert.Equal((calls, 0, 0, ServerHealth.Healthy), (server.Calls, devices.OpenLeases, one.State.Requests, one.Health));
        storm = false;
        time.Advance(5.Seconds());
        Assert.Equal("fine", await chain.AskAsync());
    }
}
