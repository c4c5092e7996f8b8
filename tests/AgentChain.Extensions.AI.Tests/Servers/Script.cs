using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>Ways in which a server can answer.</summary>
static class Script
{
    /// <summary>Answers with the words of a text, one event for each.</summary>
    public static Func<ServerCall, Task> Says(string text) => async call =>
    {
        await WordsAsync(call, text);
        await call.FinishAsync();
    };

    /// <summary>Answers, but not before a task has completed.</summary>
    public static Func<ServerCall, Task> SaysAfter(Task first, string text) => async call =>
    {
        await first;
        await Says(text)(call);
    };

    /// <summary>Sends the words, and then nothing more, until the client is gone.</summary>
    public static Func<ServerCall, Task> Stalls(string text = "") => async call =>
    {
        await WordsAsync(call, text);
        await call.StallAsync();
    };

    /// <summary>Reports an error in the middle of a stream that began well.</summary>
    public static Func<ServerCall, Task> FailsAfter(string text, string? eventName = null) => async call =>
    {
        await WordsAsync(call, text);
        await call.EventAsync("""{"error":{"message":"The model was unloaded.","type":"server_error","code":"overloaded"}}""", eventName);
    };

    /// <summary>Refuses the request with an HTTP status.</summary>
    public static Func<ServerCall, Task> Refuses(int status, int? retryAfterSeconds = null, string message = "Come back later.") => call =>
    {
        call.Response.StatusCode = status;
        if (retryAfterSeconds is { } seconds)
        {
            call.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return call.Response.WriteAsJsonAsync(new { error = new { message, type = "refused", code = "refused" } });
    };

    /// <summary>Cuts the connection after some words, once the test lets it: what the client has not read yet would be lost.</summary>
    public static Func<ServerCall, Task> CutsAfter(string text) => async call =>
    {
        await WordsAsync(call, text);
        if (text.Length > 0)
        {
            await call.StallAsync();
        }

        call.Cut();
    };

    /// <summary>Ends a stream in an orderly way, but without the end of the answer.</summary>
    public static Func<ServerCall, Task> EndsEarlyAfter(string text) => call => WordsAsync(call, text);

    /// <summary>Answers with a web page, as a proxy or a login page does.</summary>
    public static Func<ServerCall, Task> Html(int status = 200) => call =>
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = "text/html";
        return call.Response.WriteAsync("<!DOCTYPE html><html><body>\n<h1>Please sign in</h1>\n</body></html>\n");
    };

    static async Task WordsAsync(ServerCall call, string text)
    {
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await call.SayAsync(word + " ");
        }
    }
}
