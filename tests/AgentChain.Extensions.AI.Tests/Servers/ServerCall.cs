using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>One request to a <see cref="ScriptedServer"/>: the request, the means to answer it, and all that became of it.</summary>
sealed class ServerCall
{
    readonly TaskCompletionSource<long> _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HttpContext _context;

    ServerCall(HttpContext context, JsonElement request)
    {
        (_context, Request) = (context, request);
        context.RequestAborted.Register(() => _aborted.TrySetResult(Stopwatch.GetTimestamp()));
    }

    /// <summary>Gets the body of the request.</summary>
    public JsonElement Request { get; }

    /// <summary>Gets the text of the last message of the request.</summary>
    public string Question => TextOf(Request.GetProperty("messages").EnumerateArray().Last().GetProperty("content"));

    /// <summary>Gets the timestamp at which the server saw that the client was gone.</summary>
    public Task<long> Aborted => _aborted.Task;

    /// <summary>Gets a task that completes when the script has ended.</summary>
    public Task Ended => _ended.Task;

    public HttpResponse Response => _context.Response;

    public static async Task<ServerCall> ReadAsync(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        return new ServerCall(context, body.RootElement.Clone());
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
            _ended.TrySetResult();
        }
    }

    /// <summary>Sends one event with a chunk of the answer.</summary>
    public Task SayAsync(string text) => ChunkAsync(new { role = "assistant", content = text }, null);

    /// <summary>Sends one event with a change of the message.</summary>
    public Task ChunkAsync(object delta, string? finishReason) => EventAsync(JsonSerializer.Serialize(new
    {
        id = "answer-1", @object = "chat.completion.chunk", created = 1, model = Request.GetProperty("model").GetString(),
        choices = new[] { new { index = 0, delta, finish_reason = finishReason } },
    }));

    /// <summary>Sends the end of the answer.</summary>
    public async Task FinishAsync(string reason = "stop")
    {
        await ChunkAsync(new { }, reason);
        await EventAsync("[DONE]");
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
    public void Cut() => _context.Abort();

    /// <summary>Ends the wait of the script.</summary>
    public void LetGo() => _letGo.TrySetResult();

    static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
}
