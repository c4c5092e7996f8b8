using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI;

/// <summary>
/// Tells the calls in streamed text from the text around them. A call is complete with its end mark, or with the end of the answer. White
/// space beside a call is not text.
/// </summary>
sealed class ToolCallReader(string id)
{
    string _held = "";
    bool _isCall;
    bool _follows;

    /// <summary>The number of calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Adds a piece.</summary>
    /// <returns>The text and the calls that are complete.</returns>
    public IEnumerable<AIContent> Add(string piece)
    {
        _held += piece;
        while (true)
        {
            string mark = _isCall ? ToolText.CallEnd : ToolText.CallBegin;
            int at = _held.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            string before = _held[..at];
            _held = _held[(at + mark.Length)..];
            if (_isCall)
            {
                yield return Call(before);
            }
            else if (Text(before, followedByCall: true) is { } text)
            {
                yield return text;
            }

            (_follows, _isCall) = (_isCall, !_isCall);
        }

        if (!_isCall)
        {
            int safe = _held.Length - Growing();
            string ready = _held[..safe];
            if (ready.Length > 0 && Text(ready, followedByCall: false) is { } text)
            {
                _held = _held[safe..];
                yield return text;
            }
        }
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>What was held back: the rest of the text, or the last call.</returns>
    public AIContent? Rest()
    {
        (string rest, _held) = (_held, "");
        return _isCall ? Call(rest) : Text(rest, followedByCall: false) ?? (Calls == 0 && rest.Length > 0 ? new TextContent(rest) : null);
    }

    TextContent? Text(string text, bool followedByCall)
    {
        text = _follows ? text.TrimStart() : text;
        text = followedByCall ? text.TrimEnd() : text;
        _follows &= text.Length == 0;
        return text.Length > 0 ? new TextContent(text) : null;
    }

    /// <summary>Returns how much at the end can be white space before a call, or the beginning of its mark.</summary>
    int Growing()
    {
        int mark = Math.Min(_held.Length, ToolText.CallBegin.Length - 1);
        while (mark > 0 && !ToolText.CallBegin.StartsWith(_held[^mark..], StringComparison.Ordinal))
        {
            mark--;
        }

        int space = _held.Length - mark;
        return _held.Length - _held.AsSpan(0, space).TrimEnd().Length;
    }

    FunctionCallContent Call(string json)
    {
        string call = $"{id}-{++Calls}";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string name = document.RootElement.GetProperty("name").GetString() ?? "";
            Dictionary<string, object?> arguments = new(StringComparer.Ordinal);
            if (document.RootElement.TryGetProperty("arguments", out JsonElement given) && given.ValueKind != JsonValueKind.Null)
            {
                foreach (JsonProperty argument in given.EnumerateObject())
                {
                    arguments[argument.Name] = argument.Value.Clone();
                }
            }

            return new FunctionCallContent(call, name, arguments);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Whoever runs the tools answers the call with what is wrong.
            return new FunctionCallContent(call, NameIn(json)) { Exception = error };
        }
    }

    static string NameIn(string json)
    {
        string[] parts = json.Split('"');
        int name = Array.IndexOf(parts, "name");
        return name >= 0 && name + 2 < parts.Length ? parts[name + 2] : "";
    }
}
