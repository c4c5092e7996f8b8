using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AgentChain.Remote;

/// <summary>Reads the events of an answer. An event of a type that is not known is passed over unread.</summary>
static class WireEvents
{
    public static IAsyncEnumerable<SseItem<WireEvent>> Read(Stream stream)
    {
        var bounded = new EventStream(stream);
        return SseParser.Create(bounded, (type, data) =>
        {
            bounded.EventEnded();
            return Parse(type, data);
        }).EnumerateAsync();
    }

    static WireEvent Parse(string eventType, ReadOnlySpan<byte> data)
    {
        switch (eventType)
        {
            case SseParser.EventTypeDefault or "":
                ReadOnlySpan<byte> text = data.Trim((byte)' ');
                if (text.SequenceEqual("[DONE]"u8))
                {
                    return new(null, IsEnd: true);
                }

                WireChunk? chunk = text.IsEmpty ? null : JsonSerializer.Deserialize(text, WireJson.Default.WireChunk);
                return new(chunk, IsError: chunk is { IsError: true });
            case "error":
                return new(Error(data), IsError: true);
            default:
                return default;
        }
    }

    /// <summary>An error is one, whatever its shape.</summary>
    static WireChunk Error(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, WireJson.Default.WireChunk) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }
}
