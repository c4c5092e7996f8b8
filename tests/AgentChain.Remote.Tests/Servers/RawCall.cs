using System.Net.Sockets;
using System.Text;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>A request on a raw socket, and the connection to answer on.</summary>
sealed class RawCall(Socket socket, Stream stream, string head, string body, CancellationToken stop)
{
    /// <summary>The head of a stream of events in pieces, each after its length.</summary>
    public const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>The head of a stream of events that the end of the connection ends.</summary>
    public const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    public const string End = Finish + "data: [DONE]\n\n";

    public const string Finish = """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    public string Body => body;

    public bool IsProbe => head.StartsWith("GET ", StringComparison.Ordinal);

    public CancellationToken Stop => stop;

    /// <summary>An event with a piece of text.</summary>
    public static string Say(string text) => $$"""data: {"choices":[{"index":0,"delta":{"content":"{{text}}"} }]}""" + "\n\n";

    /// <summary>Reads the next request; null if the client is gone.</summary>
    public static async Task<RawCall?> ReadAsync(Socket socket, Stream stream, CancellationToken stop)
    {
        List<byte> head = [];
        var one = new byte[1];
        while (head is not [.., 13, 10, 13, 10])
        {
            if (await stream.ReadAsync(one, stop) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string text = Encoding.ASCII.GetString([.. head]);
        string? length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture)];

        if (text.Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase))
        {
            // A long request is left unread, for the script.
            return new RawCall(socket, stream, text, "", stop);
        }

        await stream.ReadExactlyAsync(body, stop);
        return new RawCall(socket, stream, text, Encoding.UTF8.GetString(body), stop);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes, stop).AsTask();

    /// <summary>Sends one piece of a stream in pieces.</summary>
    public Task ChunkAsync(string text) => SendAsync($"{Encoding.Latin1.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>Waits until the client closes the connection.</summary>
    public async Task GoneAsync()
    {
        try
        {
            var one = new byte[1];
            while (await stream.ReadAsync(one, stop) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed, too.
        }
    }

    /// <summary>Ends what is sent, and goes on reading.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Close() => stream.Dispose();

    /// <summary>Closes the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        stream.Dispose();
    }
}
