using System.Net;
using System.Net.Sockets;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>
/// A socket of this machine whose every byte is a script: for answers that no web server would send. Probes are answered as those of a
/// server that is well.
/// </summary>
sealed class RawServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<RawCall, Task> _script;
    readonly List<Task> _connections = [];
    readonly Task _accepting;
    int _open;
    int _calls;

    RawServer(Func<RawCall, Task> script)
    {
        _script = script;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public Uri Root => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets the number of connections that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Gets the number of requests so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public static RawServer Start(Func<RawCall, Task> script) => new(script);

    /// <summary>Starts a server that sends the same bytes for each request, and closes the connection.</summary>
    public static RawServer Answer(string answer) => new(async call =>
    {
        await call.SendAsync(answer);
        call.Close();
    });

    /// <summary>Creates the device of this server.</summary>
    public ChatServer Device(string name, Func<ChatServerOptions, ChatServerOptions>? change = null)
    {
        var options = new ChatServerOptions(name, new Uri(Root, "/v1"), "small")
        {
            ProbeTimeout = 30.Seconds(), ProbeDelay = 60.Seconds(), MaxProbeDelay = 60.Seconds(), MaxRequests = 4,
        };
        return new ChatServer(change?.Invoke(options) ?? options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] connections;
        lock (_connections)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections).WaitAsync(Ask.Patience);
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_connections)
                {
                    _connections.Add(ServeAsync(socket));
                }
            }
            catch (Exception)
            {
                // The listener was stopped.
            }
        }
    }

    async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await RawCall.ReadAsync(socket, stream, _stop.Token) is { } call)
            {
                if (call.IsProbe)
                {
                    await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }

                Interlocked.Increment(ref _calls);
                await _script(call);
            }
        }
        catch (Exception)
        {
            // The client is gone, or the script has closed the connection.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
