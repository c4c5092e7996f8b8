namespace AgentChain.Onnx.Tests.Speech.Recognition;

/// <summary>A tokenizer of letters and spaces, and control tokens behind them.</summary>
static class TinyTokens
{
    public const int Letters = 27;

    /// <summary>Returns a <c>tokenizer.json</c>.</summary>
    /// <param name="controls">The control tokens, whose IDs begin at <see cref="Letters"/>.</param>
    public static string Json(params string[] controls)
    {
        IEnumerable<string> letters = Enumerable.Range(0, 26).Select(i => $"\"{(char)('a' + i)}\":{i}").Append("\"\u0120\":26");
        IEnumerable<string> added = controls.Select((c, i) => $$"""{"id":{{Letters + i}},"content":"{{c}}","special":true,"normalized":false}""");
        return $$"""
            {"version":"1.0","added_tokens":[{{string.Join(',', added)}}],
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},"decoder":{"type":"ByteLevel"},
             "model":{"type":"BPE","vocab":{ {{string.Join(',', letters)}} },"merges":[] } }
            """;
    }

    /// <summary>Spells tokens; control tokens have no text.</summary>
    public static string Text(IEnumerable<int> tokens) =>
        new string([.. tokens.Where(t => t < Letters).Select(t => t == 26 ? ' ' : (char)('a' + t))]).Trim();
}
