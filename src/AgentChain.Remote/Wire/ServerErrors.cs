using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;

namespace AgentChain.Remote;

/// <summary>Reads from a server's words and silences what became of a request.</summary>
static class ServerErrors
{
    /// <summary>The server answered with an HTTP status.</summary>
    /// <param name="server">The name of the server.</param>
    /// <param name="status">The status.</param>
    /// <param name="said">What it said, which may contain user text and is kept out of the message.</param>
    /// <param name="retryAfter">The time for which it wants to be left alone.</param>
    /// <param name="sentPriority">Whether the request had a priority.</param>
    /// <param name="place">The address that was asked.</param>
    public static ServerException Refused(
        string server, int status, string said, TimeSpan? retryAfter, bool sentPriority, string place = "a request")
    {
        var cause = said.Length == 0 ? null : new HttpRequestException(said);
        return sentPriority && RefusesPriority(status, said)
            ? new ServerException(server, $"The server '{server}' does not accept a priority.", status, cause) { Fault = ServerFault.PriorityRefused }
            : status switch
            {
                429 or 503 => Shed(server, status, retryAfter, cause),
                400 or 413 or 422 => new ServerException(
                    server,
                    OptionCheck.Text($"The server '{server}' refused the request with the status {status}{Words(cause)}. Another server would too: correct the request."),
                    status,
                    cause) { Fault = ServerFault.BadRequest },
                _ => new ServerException(
                    server,
                    OptionCheck.Text($"The server '{server}' answered with the status {status} to {place}{Words(cause)}. Check its log, its address, the model and the key."),
                    status,
                    cause),
            };
    }

    /// <summary>The server reported an error in mid-stream.</summary>
    public static ServerException InStream(string server, WireChunk chunk, bool sentPriority)
    {
        JsonElement? error = chunk.Error;
        bool isObject = error is { ValueKind: JsonValueKind.Object };
        int? status = NumberOf(isObject && error!.Value.TryGetProperty("code", out JsonElement code) ? code : chunk.Code);
        string type = isObject && error!.Value.TryGetProperty("type", out JsonElement named) ? named.ToString() : "";
        string said = Cut(error is { ValueKind: not JsonValueKind.Null } ? error.Value.ToString() : chunk.Message ?? "");
        if (sentPriority && status is { } given && RefusesPriority(given, said))
        {
            return Refused(server, given, said, null, sentPriority);
        }

        var cause = said.Length == 0 ? null : new HttpRequestException(said);
        return status is 429 or 503 || type.Contains("overload", StringComparison.OrdinalIgnoreCase)
            || type.Contains("rate_limit", StringComparison.OrdinalIgnoreCase)
            ? Shed(server, status, null, cause)
            : new ServerException(
                server,
                $"The server '{server}' reported an error in mid-stream{Words(cause)}. See its log.",
                status,
                cause) { Fault = status is 400 or 413 or 422 ? ServerFault.BadRequest : ServerFault.Failed };
    }

    /// <summary>The connection could not be made, or broke.</summary>
    public static ServerException Of(string server, Exception cause, bool sentPriority) => cause switch
    {
        RpcException call => Rpc(server, call, sentPriority),
        JsonException => new(server, $"The server '{server}' sent an event that is not JSON, or not a chunk of a chat completion.", null, cause),
        InvalidDataException => new(server, $"The server '{server}' sent too much at once. {cause.Message}", null, cause),
        ObjectDisposedException => Disposed(server, cause),
        _ => new(
            server,
            $"The server '{server}' cannot be reached, or the connection broke ({cause.GetType().Name}); see the inner exception.",
            (int?)(cause as HttpRequestException)?.StatusCode,
            cause) { Fault = ServerFault.Gone },
    };

    public static ServerException Disposed(string server, Exception cause) => new(
        server, $"The server '{server}' was disposed in use. Dispose a ChatServer after its chains.", null, cause) { Fault = ServerFault.Gone };

    /// <summary>A server of tensors reported an error, of which it tells the words only.</summary>
    public static ServerException InStream(string server, string said)
    {
        var cause = new HttpRequestException(Cut(said));
        return said.Contains("maximum queue size", StringComparison.OrdinalIgnoreCase)
            || said.Contains("timeout expired", StringComparison.OrdinalIgnoreCase)
            ? Shed(server, null, null, cause)
            : new ServerException(
                server, $"The server '{server}' reported an error in mid-stream; the inner exception has its words. See its log.", null, cause);
    }

    /// <summary>The stream ended in an orderly way, but the answer did not.</summary>
    public static ServerException BrokeOff(string server, string end = "a finish reason") => new(
        server, $"The answer of the server '{server}' broke off: it ended without {end}. Its engine may have died; see its log.")
    {
        Fault = ServerFault.Gone,
    };

    /// <summary>The answer ended for a reason that is a failure: what was said of it so far is not all of it.</summary>
    public static ServerException Finished(string server, string reason) => new(
        server, $"The answer of the server '{server}' broke off: its finish reason is '{reason}'. See its log.");

    /// <summary>The answer is no text, which says nothing against the server.</summary>
    public static ServerException CallsATool(string server) => new(
        server,
        $"The model of the server '{server}' calls a tool, and none was offered. Correct the messages or the template; for tools, use ChatClientBlock of AgentChain.Extensions.AI.")
    {
        Fault = ServerFault.BadRequest,
    };

    public static ServerException Encoded(string server, string encoding) => new(
        server, $"The server '{server}' encoded its answer with '{encoding}', which it was not asked for. Have it, or the proxy before it, leave it plain.");

    public static ServerException NoStream(string server, string? mediaType, string said) => new(
        server,
        $"The server '{server}' answered with {(mediaType is null ? "no content type" : $"'{mediaType}'")} in place of 'text/event-stream'. "
        + "Something else, such as a web page, is at the address, or the server cannot stream; check the endpoint.",
        null,
        said.Length == 0 ? null : new HttpRequestException(said));

    public static ServerException Late(string server, TimeSpan limit) =>
        new(server, $"The server '{server}' sent nothing for {OptionCheck.Ms(limit)}.") { Fault = ServerFault.Gone };

    /// <summary>Cuts what a server said to a length that a log can bear.</summary>
    public static string Cut(string said, int most = 2_000) => said.Length <= most ? said : said[..most];

    /// <summary>A response in tensors is not text.</summary>
    public static ServerException Tensors(string server, string what) => new(
        server, $"The server '{server}' sent a response that is not text: {what}. Ask a model that streams text, as those of the vLLM backend of Triton.");

    /// <summary>The status that the server sent, or that the client made of a broken connection: then it has an exception.</summary>
    static ServerException Rpc(string server, RpcException call, bool sentPriority) => call.StatusCode switch
    {
        _ when call.Status.DebugException is InvalidProtocolBufferException or InvalidOperationException => new ServerException(
            server, $"The server '{server}' does not keep to the KServe v2 protocol; the inner exception tells how.", null, call),
        _ when call.Status.DebugException is { } broken => new ServerException(
            server,
            $"The server '{server}' cannot be reached, or the connection broke ({broken.GetType().Name}); see the inner exception.",
            null,
            call) { Fault = ServerFault.Gone },
        StatusCode.ResourceExhausted when Says(call, "message larger than max") => BadRequest(server, call),
        StatusCode.ResourceExhausted when Says(call, "maximum configured message size") => new ServerException(
            server, $"A message to or from the server '{server}' is larger than allowed; the inner exception has its words.", null, call),
        StatusCode.Unavailable or StatusCode.ResourceExhausted => Shed(server, null, null, call),
        StatusCode.InvalidArgument when sentPriority && Says(call, "priority") =>
            new ServerException(server, $"The server '{server}' does not accept a priority.", null, call) { Fault = ServerFault.PriorityRefused },
        StatusCode.InvalidArgument or StatusCode.OutOfRange => BadRequest(server, call),
        _ => new ServerException(
            server,
            $"The server '{server}' answered with {call.StatusCode}; the inner exception has its words. Check its log, its address, the model and the key.",
            null,
            call),
    };

    static bool Says(RpcException call, string words) => call.Status.Detail.Contains(words, StringComparison.OrdinalIgnoreCase);

    static ServerException BadRequest(string server, RpcException call) => new(
        server,
        $"The server '{server}' refused the request ({call.StatusCode}); the inner exception has its words. Another server would too: correct the request.",
        null,
        call) { Fault = ServerFault.BadRequest };

    static ServerShedException Shed(string server, int? status, TimeSpan? retryAfter, Exception? cause) => new(
        server,
        OptionCheck.Text($"The server '{server}' has too much to do{(status is { } s ? $" (status {s})" : "")}. Add a server, or send less at once with ChatServerOptions.MaxRequests."),
        status,
        retryAfter,
        cause);

    /// <summary>A request shed for its low priority is not refused: the server that does not know priorities says so.</summary>
    static bool RefusesPriority(int status, string said) =>
        said.Contains("priority", StringComparison.OrdinalIgnoreCase)
        && (status is 400 or 422 || (status is 503 or 501 && said.Contains("disabled", StringComparison.OrdinalIgnoreCase)));

    static string Words(Exception? cause) => cause is null ? "" : "; the inner exception has its words";

    static int? NumberOf(JsonElement? code) => code switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int value) => value,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), out int value) => value,
        _ => null,
    };
}
