using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>One request to a <see cref="ScriptedServer"/>: the request, the means to answer it, and all that became of it.</summary>
class ServerCall
{
    readonly TaskCompletionSource<long> _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    protected readonly HttpContext _context;
    readonly string _connection;

    protected ServerCall(ScriptedServer server, HttpContext context, JsonElement request)
    {
        (Server, _context, Request) = (server, context, request);
        _connection = context.Connection.Id;
        Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.RequestAborted.Register(() => _aborted.TrySetResult(Stopwatch.GetTimestamp()));
    }

    public ScriptedServer Server { get; }

    /// <summary>Gets the body of the request.</summary>
    public JsonElement Request { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets the text of the last message of the request.</summary>
    public virtual string Question => Request.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;

    /// <summary>Gets whether the last message is the beginning of the answer.</summary>
    public virtual bool GoesOn => Request.TryGetProperty("continue_final_message", out JsonElement goesOn) && goesOn.GetBoolean()
        && !Request.GetProperty("add_generation_prompt").GetBoolean();

    /// <summary>Gets the priority, where the kind of server reads it.</summary>
    public int? Priority => Server.Kind == ChatServerKind.Dynamo
        ? Request.TryGetProperty("nvext", out JsonElement nvext) ? nvext.GetProperty("agent_hints").GetProperty("priority").GetInt32() : null
        : Request.TryGetProperty("priority", out JsonElement priority) ? priority.GetInt32() : null;

    public int? MaxTokens => Request.TryGetProperty("max_tokens", out JsonElement most) ? most.GetInt32() : null;

    /// <summary>Gets the timestamp at which the server saw that the client was gone.</summary>
    public Task<long> Aborted => _aborted.Task;

    public string Connection => _connection;

    /// <summary>Gets the token that is canceled when the client is gone.</summary>
    public CancellationToken Gone => _context.RequestAborted;

    /// <summary>Gets a task that completes when the script has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Gets a task that completes when the test lets the request go on.</summary>
    public Task Released => _letGo.Task;

    public HttpResponse Response => _context.Response;

    public static async Task<ServerCall> ReadAsync(ScriptedServer server, HttpContext context)
    {
        if (server.Kind == ChatServerKind.Triton)
        {
            return await TensorCall.ReadTensorsAsync(server, context);
        }

        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        return new ServerCall(server, context, body.RootElement.Clone());
    }

    public async Task RunAsync(Func<ServerCall, Task> script)
    {
        try
        {
            await script(this);
        }
        catch (OperationCanceledException) when (_context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, and with it the one who would be told.
        }
        finally
        {
            EndResponse();
            _ended.TrySetResult();
        }
    }

    /// <summary>Sends one event with a piece of the answer.</summary>
    public virtual Task SayAsync(string text) => ChunkAsync(new { role = "assistant", content = text }, null);

    /// <summary>Sends one event with a change of the message.</summary>
    public Task ChunkAsync(object delta, string? finishReason) => EventAsync(JsonSerializer.Serialize(new
    {
        id = "answer-1", @object = "chat.completion.chunk", created = 1, model = Request.GetProperty("model").GetString(),
        choices = new[] { new { index = 0, delta, finish_reason = finishReason } },
    }));

    /// <summary>Sends the end of the answer, with the usage.</summary>
    public virtual async Task FinishAsync(int promptTokens = 100, int cachedTokens = 0)
    {
        await ChunkAsync(new { }, "stop");
        await EventAsync(JsonSerializer.Serialize(new
        {
            @object = "chat.completion.chunk", choices = Array.Empty<object>(),
            usage = new { prompt_tokens = promptTokens, completion_tokens = 2, prompt_tokens_details = new { cached_tokens = cachedTokens } },
        }));
        await EventAsync("[DONE]");
    }

    /// <summary>Reports an error in mid-stream.</summary>
    public virtual Task FailAsync(string type, int code, string? eventName) => EventAsync(
        $$$"""{"error":{"message":"The model was unloaded.","type":"{{{type}}}","code":{{{code}}}}}""", eventName);

    /// <summary>Refuses the request with a status.</summary>
    public virtual Task RefuseAsync(int status, int? retryAfterSeconds, string message)
    {
        Response.StatusCode = status;
        if (retryAfterSeconds is { } seconds)
        {
            Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Response.WriteAsJsonAsync(new { error = new { message, type = "refused", code = status } });
    }

    /// <summary>Sends one event.</summary>
    public async Task EventAsync(string data, string? name = null)
    {
        if (!Response.HasStarted)
        {
            Response.ContentType = "text/event-stream";
        }

        await Response.WriteAsync($"{(name is null ? "" : $"event: {name}\n")}data: {data}\n\n", _context.RequestAborted);
        await Response.Body.FlushAsync(_context.RequestAborted);
    }

    /// <summary>Waits until the test lets the request go on, or the client is gone.</summary>
    public Task StallAsync() => _letGo.Task.WaitAsync(_context.RequestAborted);

    /// <summary>Cuts the connection.</summary>
    public void Cut()
    {
        try
        {
            _context.Abort();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Ends the wait of the script.</summary>
    public void LetGo() => _letGo.TrySetResult();

    /// <summary>Ends the response in an orderly way.</summary>
    protected virtual void EndResponse()
    {
    }
}
