using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AgentChain.Remote;

/// <summary>Reads why a response is not the stream of an answer.</summary>
static class EventRefusal
{
    // The status is known; nothing waits long for the words.
    static readonly TimeSpan WordsTime = TimeSpan.FromSeconds(1);

    const int Most = 16_000;

    /// <summary>Whether a response is the stream of an answer.</summary>
    public static bool IsStream(HttpResponseMessage response) =>
        response.IsSuccessStatusCode && response.Content.Headers.ContentEncoding.Count == 0 && "text/event-stream".Equals(
            response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the error of a response that is not.</summary>
    public static async ValueTask<ServerException> ReadAsync(
        ChatServer server, HttpResponseMessage response, AnswerClock clock, bool sentPriority)
    {
        string said = await ReadAsync(response, clock);
        if (!response.IsSuccessStatusCode)
        {
            TimeSpan? retryAfter = RetryAfter(response, server.Options.Time);
            return ServerErrors.Refused(
                server.Name, (int)response.StatusCode, ServerErrors.Cut(said), retryAfter, sentPriority, PlaceOf(response));
        }

        HttpContentHeaders headers = response.Content.Headers;
        return headers.ContentEncoding.Count > 0 ? ServerErrors.Encoded(server.Name, string.Join(", ", headers.ContentEncoding))
            : ErrorOf(said) is { } error ? ServerErrors.InStream(server.Name, error, sentPriority)
            : ServerErrors.NoStream(server.Name, headers.ContentType?.MediaType, ServerErrors.Cut(said));
    }

    static async ValueTask<string> ReadAsync(HttpResponseMessage response, AnswerClock clock)
    {
        var buffer = new byte[Most];
        int length = 0;
        clock.Restart(WordsTime);
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(clock.Token);
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), clock.Token) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception) when (!clock.IsTurnOver)
        {
            // The words broke off. The status counts all the same.
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Some servers report an error with the status of success.</summary>
    static WireChunk? ErrorOf(string said)
    {
        try
        {
            return JsonSerializer.Deserialize(said, WireJson.Default.WireChunk) is { IsError: true } error ? error : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The path that was asked, and the address that the server names in its place, without what may be secret.</summary>
    static string PlaceOf(HttpResponseMessage response)
    {
        string path = response.RequestMessage?.RequestUri?.AbsolutePath ?? "";
        return response.Headers.Location is not { } other ? $"'{path}'"
            : $"'{path}', which is now at '{(other.IsAbsoluteUri ? other.GetLeftPart(UriPartial.Path) : other.OriginalString.Split('?')[0])}'";
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is var rest && rest > TimeSpan.Zero => rest,
        _ => null,
    };
}
