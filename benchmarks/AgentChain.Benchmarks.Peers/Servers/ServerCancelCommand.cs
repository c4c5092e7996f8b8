using System.Diagnostics;
using System.Globalization;
using AgentChain.Devices;
using AgentChain.Extensions.AI;
using AgentChain.Extensions.AI.Tests.Servers;
using AgentChain.Remote;
using Microsoft.Extensions.AI;

namespace AgentChain.Benchmarks.Peers.Servers;

/// <summary>
/// Measures the time from <c>Turn.Interrupt</c> until an OpenAI-compatible server on this machine sees that its request was canceled:
/// <c>dotnet run -c Release -- server-cancel [turns]</c>. Turns are interrupted while the server waits and while it writes a word every
/// millisecond, of a chat client and of a <see cref="ChatServerBlock"/>, and so are requests read by hand, for comparison. Both servers run in this process. A server that writes without a pause is
/// measured too, but not judged: it keeps the processor busy, and its own view of the connection is late.
/// </summary>
static class ServerCancelCommand
{
    const double MostMs = 5;
    const int WarmUp = 100;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Measures and prints.</summary>
    /// <param name="args">The number of turns, 2,000 by default.</param>
    /// <returns>The exit code: 1 if the 99th percentile is too long.</returns>
    public static async Task<int> RunAsync(ReadOnlyMemory<string> args)
    {
        int turns = args.Length > 0 ? int.Parse(args.Span[0], CultureInfo.InvariantCulture) : 2000;
        double worst = 0;
        foreach ((string name, Func<ServerCall, Task> script, bool isJudged) in new (string, Func<ServerCall, Task>, bool)[]
        {
            ("server waits", Script.Stalls("one two"), true),
            ("server writes", call => WriteAsync(call, 1.Milliseconds()), true),
            ("server floods", call => WriteAsync(call, TimeSpan.Zero), false),
        })
        {
            double took = Math.Max(
                await MeasureAsync($"{name}, turn of a chain", script, turns / 3, InClientAsync),
                await MeasureAsync($"{name}, turn with a server as a device", script, turns / 3, AtDeviceAsync));
            worst = isJudged ? Math.Max(worst, took) : worst;
            await MeasureAsync($"{name}, read by hand", script, turns / 3, async (server, measure) =>
            {
                using IChatClient client = server.Client();
                await measure(() => ReadByHandAsync(client));
            });
        }

        bool good = worst <= MostMs;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"p99 of the judged turns at most {MostMs} ms: {(good ? "yes" : "NO")}"));
        return good ? 0 : 1;
    }

    static async Task<double> MeasureAsync(
        string name, Func<ServerCall, Task> script, int turns, Func<ScriptedServer, Func<Func<Task<long>>, Task>, Task> run)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(script);
        List<double> took = [];
        await run(server, async read =>
        {
            for (int i = 0; i < WarmUp + turns; i++)
            {
                long began = await read();
                ServerCall call = await server.CallAsync(i);
                long seen = await call.Aborted.WaitAsync(Patience);
                await call.Ended.WaitAsync(Patience);
                if (i >= WarmUp)
                {
                    took.Add(Stopwatch.GetElapsedTime(began, seen).TotalMilliseconds);
                }
            }
        });

        took.Sort();
        double p99 = took[(int)((took.Count - 1) * 0.99)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {took.Count} turns, from interrupt to abort p50 {took[took.Count / 2]:0.000} ms, p99 {p99:0.000} ms, most {took[^1]:0.000} ms"));
        return p99;
    }

    static async Task InClientAsync(ScriptedServer server, Func<Func<Task<long>>, Task> measure)
    {
        using IChatClient client = server.Client();
        await using var chain = Chain.From<IReadOnlyList<ChatMessage>>("desk").Stream("respond", client.AsBlock()).Text().Build();
        await measure(() => ReadTurnAsync(chain.Start([new(ChatRole.User, "hello")])));
    }

    static async Task AtDeviceAsync(ScriptedServer server, Func<Func<Task<long>>, Task> measure)
    {
        using var device = new ChatServer(new("server", server.Endpoint, "small"));
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), device.Device]);
        await using var chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock(device)).Build(new ChainOptions { Devices = devices });
        await measure(() => ReadTurnAsync(chain.Start(new ChatServerRequest([new(ChatRole.User, "hello")]))));
    }

    /// <summary>Reads a turn, and interrupts it at the second update.</summary>
    /// <returns>The timestamp of the interrupt.</returns>
    static async Task<long> ReadTurnAsync(Turn<string> turn)
    {
        (long began, int read) = (0, 0);
        try
        {
            await foreach (string _ in turn.Output)
            {
                if (++read == 2)
                {
                    began = Stopwatch.GetTimestamp();
                    turn.Interrupt();
                }
            }
        }
        catch (TurnInterruptedException)
        {
            // As intended.
        }

        return began;
    }

    static async Task<long> ReadByHandAsync(IChatClient client)
    {
        using var cancel = new CancellationTokenSource();
        (long began, int read) = (0, 0);
        try
        {
            await foreach (ChatResponseUpdate unused in client.GetStreamingResponseAsync("hello", cancellationToken: cancel.Token))
            {
                if (++read == 2)
                {
                    // From another thread, as the end of a call would be.
                    _ = Task.Run(() =>
                    {
                        began = Stopwatch.GetTimestamp();
                        cancel.Cancel();
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // As intended.
        }

        return Volatile.Read(ref began);
    }

    static async Task WriteAsync(ServerCall call, TimeSpan every)
    {
        while (true)
        {
            await call.SayAsync("word ");
            await (every > TimeSpan.Zero ? Task.Delay(every) : Task.CompletedTask);
        }
    }
}
