using Microsoft.AspNetCore.Http;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>Ways in which a server can answer.</summary>
static class Script
{
    /// <summary>
    /// Answers with the words of a text, one event for each. A request that goes on with a beginning of it gets the rest, if the kind of
    /// server can do that.
    /// </summary>
    public static Func<ServerCall, Task> Says(string text, int prompt = 100, int cached = 0) => async call =>
    {
        await WordsAsync(call, text);
        await call.FinishAsync(prompt, cached);
    };

    /// <summary>Sends the words, and then nothing more, until the client is gone.</summary>
    public static Func<ServerCall, Task> Stalls(string text = "") => async call =>
    {
        await WordsAsync(call, text);
        await call.StallAsync();
    };

    /// <summary>Sends words without an end.</summary>
    public static async Task Endless(ServerCall call)
    {
        for (int i = 0; ; i++)
        {
            await call.SayAsync($"{i} ");
        }
    }

    /// <summary>Sends one event without an end.</summary>
    public static async Task EndlessEvent(ServerCall call)
    {
        call.Response.ContentType = "text/event-stream";
        await call.Response.WriteAsync("data: ");
        for (string piece = new('x', 100_000); ;)
        {
            await call.Response.WriteAsync(piece, call.Gone);
        }
    }

    /// <summary>Reports an error in the middle of a stream that began well.</summary>
    public static Func<ServerCall, Task> FailsAfter(string text, string type = "server_error", int code = 500, string? eventName = null) => async call =>
    {
        await WordsAsync(call, text);
        await call.FailAsync(type, code, eventName);
    };

    /// <summary>Refuses the request with an HTTP status.</summary>
    public static Func<ServerCall, Task> Refuses(int status, int? retryAfterSeconds = null, string message = "Come back later.") =>
        call => call.RefuseAsync(status, retryAfterSeconds, message);

    /// <summary>Refuses requests with a priority, as the kind of server does that runs without it.</summary>
    public static Func<ServerCall, Task> KnowsNoPriority(string text) => call => call.Priority is null ? Says(text)(call)
        : call.Server.Kind switch
        {
            ChatServerKind.SgLang => Refuses(503, message: "Using priority is disabled for this server.")(call),
            ChatServerKind.VLlm => Refuses(400, message: $"Got priority {call.Priority} but priority scheduling is not enabled.")(call),
            _ => Refuses(422, message: "Unknown field: priority.")(call),
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
    public static Task Html(ServerCall call)
    {
        call.Response.ContentType = "text/html";
        return call.Response.WriteAsync("<!DOCTYPE html><html><body>\n<h1>Please sign in</h1>\n</body></html>\n");
    }

    static async Task WordsAsync(ServerCall call, string text)
    {
        // A template drops the white space at the end of a message, so that the rest begins with it.
        bool canGoOn = call.Server.Kind is ChatServerKind.VLlm or ChatServerKind.SgLang or ChatServerKind.LlamaCpp or ChatServerKind.Triton;
        string rest = call.GoesOn && canGoOn && text.StartsWith(call.Question.TrimEnd(), StringComparison.Ordinal)
            ? text[call.Question.TrimEnd().Length..]
            : text;
        while (rest.Length > 0)
        {
            int end = rest.IndexOf(' ', 1);
            string word = end < 0 ? rest : rest[..(end + 1)];
            await call.SayAsync(word);
            rest = rest[word.Length..];
        }
    }
}
