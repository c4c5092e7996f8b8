using System.Net;
using System.Net.Sockets;
using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Turns that are canceled at each stage of a request leave no connection, no lease and no request behind.</summary>
public sealed class CancelTests
{
    const int Times = 40;

    [Theory]
    [InlineData("headers")]
    [InlineData("first text")]
    [InlineData("mid-stream")]
    [InlineData("error body")]
    [InlineData("finished")]
    [InlineData("done")]
    [InlineData("ended")]
    public async Task Cancel_AtAStage_LeavesNothingBehind(string stage)
    {
        SemaphoreSlim[] reached = [.. Enumerable.Range(0, 4).Select(_ => new SemaphoreSlim(0))];
        await using RawServer server = RawServer.Start(async call =>
        {
            string answer = stage switch
            {
                "headers" => "",
                "first text" => RawCall.Events,
                "error body" => "HTTP/1.1 500 No\r\nContent-Length: 1000\r\n\r\n",
                "mid-stream" => RawCall.Events + RawCall.Say("one "),
                "finished" => RawCall.Events + RawCall.Say("one ") + RawCall.Finish,
                "done" => RawCall.Events + RawCall.Say("one ") + RawCall.End,
                _ => RawCall.Chunked + "0\r\n\r\n",
            };
            await call.SendAsync(answer);
            reached[call.Body[call.Body.IndexOf("worker", StringComparison.Ordinal) + "worker".Length] - '0'].Release();
            if (stage != "ended")
            {
                await call.GoneAsync();
                call.Close();
            }
        });
        using ChatServer one = server.Device("one", o => o with { MaxRequests = 4 });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            var random = new Random(worker);
            for (int i = 0; i < Times; i++)
            {
                while (reached[worker].Wait(0))
                {
                }

                await using Turn<string> turn = chain.Start(Ask.Question($"worker{worker}"));
                Task reading = turn.ReadAsync([]);
                if (one.Health == ServerHealth.Healthy)
                {
                    await Task.WhenAny(reading, reached[worker].WaitAsync(Ask.Patience));
                }

                if (random.Next(2) == 0)
                {
                    await Task.Yield();
                }

                turn.Interrupt();
                try
                {
                    await reading.WaitAsync(Ask.Patience);
                }
                catch (Exception error) when (error is TurnInterruptedException or BlockFailedException)
                {
                    // As it should be; some answers were over already, or broken.
                }

                await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);
            }
        }));

        await Ask.UntilAsync(() => devices.OpenLeases == 0 && one.State.Requests == 0);
        if (stage != "ended")
        {
            await Ask.UntilAsync(() => server.Open == 0);
        }
    }

    [Fact]
    public async Task Cancel_WhileConnecting_LeavesNothingBehind()
    {
        // A listener that accepts nothing, and whose queue is full: connections hang.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        List<Socket> fill = [];
        for (int i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            fill.Add(socket);
            _ = socket.ConnectAsync(deaf.LocalEndPoint!);
        }

        using var one = new ChatServer(new("one", new Uri($"http://{deaf.LocalEndPoint}/v1"), "small") { ProbeTimeout = 60.Seconds(), MaxRequests = 4 });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        for (int i = 0; i < Times; i++)
        {
            await using Turn<string> turn = chain.Start(Ask.Question());
            Task reading = turn.ReadAsync([]);
            await Ask.UntilAsync(() => one.State.Requests == 1);
            turn.Interrupt();
            await Assert.ThrowsAsync<TurnInterruptedException>(() => reading.WaitAsync(Ask.Patience));
            await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);
            await Ask.UntilAsync(() => devices.OpenLeases == 0 && one.State.Requests == 0);
            Assert.Equal(ServerHealth.Healthy, one.Health);
        }

        fill.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_Tensors_LeavesNothingBehind(bool text)
    {
        var reached = new SemaphoreSlim(0);
        await using RawTensors server = await RawTensors.StartAsync(async context =>
        {
            await TensorCall.ReadMessageAsync(context);
            if (text)
            {
                await RawTensors.SayAsync(context, "one ");
            }

            reached.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        for (int i = 0; i < Times; i++)
        {
            await using Turn<string> turn = chain.Start(Ask.Question());
            Task reading = turn.ReadAsync([]);
            await reached.WaitAsync(Ask.Patience);
            turn.Interrupt();
            await Assert.ThrowsAsync<TurnInterruptedException>(() => reading.WaitAsync(Ask.Patience));
            await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);
        }

        await Ask.UntilAsync(() => devices.OpenLeases == 0 && one.State.Requests == 0 && server.Running == 0);
        Assert.Equal(ServerHealth.Healthy, one.Health);
    }

    [Fact]
    public async Task Start_200TurnsAtOnce_LanesOf4AreKeptAndAllAreAnswered()
    {
        int now = 0, most = 0;
        await using RawServer server = RawServer.Start(async call =>
        {
            int count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            await Task.Yield();
            await call.SendAsync(RawCall.Chunked);
            await call.ChunkAsync(RawCall.Say("fine"));
            Interlocked.Decrement(ref now);
            await call.ChunkAsync(RawCall.End);
            await call.SendAsync("0\r\n\r\n");
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => chain.AskAsync()));
        Assert.All(answers, answer => Assert.Equal("fine", answer));
        Assert.InRange(most, 1, 4);
        Assert.Equal((200, 0, 0), (server.Calls, devices.OpenLeases, one.State.Requests));

        static void InterlockedMax(ref int place, int value)
        {
            for (int old = Volatile.Read(ref place); old < value; old = Volatile.Read(ref place))
            {
                Interlocked.CompareExchange(ref place, value, old);
            }
        }
    }
}
