using System.Runtime.InteropServices;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the format in which a family of chat models encodes a conversation: ChatML (Qwen and many others), Llama 3, Phi 3 and 4, or
/// Gemma. The control tokens of a tokenizer identify its format. Message content is encoded as plain text, so it cannot inject control
/// tokens. Immutable.
/// </summary>
public sealed class ChatFormat
{
    /// <summary>Gets the ChatML format: <c>&lt;|im_start|&gt;role\ncontent&lt;|im_end|&gt;\n</c>.</summary>
    public static ChatFormat ChatML { get; } = new(
        "ChatML", null, "<|im_start|>", null, "{0}\n", "<|im_end|>", "\n", ["system", "user", "assistant"]);

    /// <summary>
    /// Gets the Llama 3 format: <c>&lt;|start_header_id|&gt;role&lt;|end_header_id|&gt;\n\ncontent&lt;|eot_id|&gt;</c> after
    /// <c>&lt;|begin_of_text|&gt;</c>.
    /// </summary>
    public static ChatFormat Llama3 { get; } =
        new(
            "Llama 3", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
            "\n\n", "<|eot_id|>", "", ["system", "user", "assistant"]);

    /// <summary>Gets the Phi 4 format: <c>&lt;|im_start|&gt;role&lt;|im_sep|&gt;content&lt;|im_end|&gt;</c>.</summary>
    public static ChatFormat Phi4 { get; } = new(
        "Phi 4", null, "<|im_start|>", "<|im_sep|>", "", "<|im_end|>", "", ["system", "user", "assistant"]);

    /// <summary>Gets the Phi 3 format: <c>&lt;|role|&gt;\ncontent&lt;|end|&gt;\n</c>, with one control token per role.</summary>
    public static ChatFormat Phi3 { get; } = new("Phi 3", null, "<|{0}|>", null, "\n", "<|end|>", "\n", ["system", "user", "assistant"]);

    /// <summary>
    /// Gets the Gemma format: <c>&lt;start_of_turn&gt;role\ncontent&lt;end_of_turn&gt;\n</c> after <c>&lt;bos&gt;</c>. It has no system
    /// role, so system text is prepended to the next message.
    /// </summary>
    public static ChatFormat Gemma { get; } = new(
        "Gemma", "<bos>", "<start_of_turn>", null, "{0}\n", "<end_of_turn>", "\n", ["user", "user", "model"]);

    readonly string? _begin;
    readonly string _open;
    readonly string? _openEnd;
    readonly string _header;
    readonly string _close;
    readonly string _afterClose;
    readonly string[] _roles;

    ChatFormat(string name, string? begin, string open, string? openEnd, string header, string close, string afterClose, string[] roles)
    {
        (Name, _begin, _open, _openEnd, _header, _close, _afterClose, _roles) =
            (name, begin, open, openEnd, header, close, afterClose, roles);
    }

    /// <summary>Gets the name of the format, for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the control token that ends a message, and therefore an answer.</summary>
    public string EndOfMessage => _close;

    /// <summary>Detects the format from the control tokens of a tokenizer.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <returns>
    /// The format, or <see langword="null"/> if the tokenizer has the control tokens of none; the model is then not a chat model.
    /// </returns>
    public static ChatFormat? Detect(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new[] { Phi4, ChatML, Llama3, Gemma, Phi3 }.FirstOrDefault(f =>
            tokenizer.Find(f._close) is not null && tokenizer.Find(f.Open(ChatRole.User)) is not null
                && (f._openEnd is null || tokenizer.Find(f._openEnd) is not null));
    }

    /// <summary>Encodes a prompt as tokens, up to the point where the model's answer begins.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">The conversation.</param>
    /// <returns>The token IDs.</returns>
    /// <exception cref="ArgumentException">The tokenizer lacks a control token of this format.</exception>
    public List<int> Encode(Tokenizer tokenizer, ChatPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        var writer = new Writer(tokenizer, Name);
        string pending = Write(writer, prompt.Messages.AsSpan()[..^1]);
        if (Message(writer, prompt.Messages[^1].Role, prompt.Messages[^1].Content, ref pending))
        {
            Close(writer);
        }

        Header(writer, ChatRole.Assistant);
        return writer.Finish();
    }

    /// <summary>
    /// Encodes the stable beginning of a prompt whose last message is still growing: the tokens that the prompt shares with the same prompt
    /// cut off before the last word of that message. The last word is excluded because it may be incomplete, and the end of the message
    /// because more can follow.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">The conversation.</param>
    /// <returns>The token IDs, a prefix of those that <see cref="Encode"/> returns.</returns>
    public List<int> EncodeStable(Tokenizer tokenizer, ChatPrompt prompt)
    {
        List<int> whole = Encode(tokenizer, prompt);
        var writer = new Writer(tokenizer, Name);
        string pending = Write(writer, prompt.Messages.AsSpan()[..^1]);
        Message(writer, prompt.Messages[^1].Role, WithoutLastWord(prompt.Messages[^1].Content), ref pending);
        int common = CollectionsMarshal.AsSpan(whole).CommonPrefixLength(CollectionsMarshal.AsSpan(writer.Finish()));
        whole.RemoveRange(common, whole.Count - common);
        return whole;
    }

    static string WithoutLastWord(string text)
    {
        int end = text.AsSpan().TrimEnd().Length;
        while (end > 0 && !char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end].TrimEnd();
    }

    /// <summary>Writes complete messages.</summary>
    /// <returns>The text to prepend to the next message.</returns>
    string Write(Writer writer, ReadOnlySpan<ChatMessage> messages)
    {
        writer.Control(_begin);
        string pending = "";
        foreach (ChatMessage message in messages)
        {
            if (Message(writer, message.Role, message.Content, ref pending))
            {
                Close(writer);
            }
        }

        return pending;
    }

    /// <summary>Writes a message without its end.</summary>
    /// <returns>Whether the message was written; otherwise its text is kept for the next one.</returns>
    bool Message(Writer writer, ChatRole role, string content, ref string pending)
    {
        if (role == ChatRole.System && this == Gemma)
        {
            pending += content + "\n\n";
            return false;
        }

        Header(writer, role);
        writer.Text(pending + content);
        pending = "";
        return true;
    }

    void Close(Writer writer)
    {
        writer.Control(_close);
        writer.Text(_afterClose);
    }

    string Open(ChatRole role) => _open.Replace("{0}", _roles[(int)role], StringComparison.Ordinal);

    void Header(Writer writer, ChatRole role)
    {
        writer.Control(Open(role));
        if (_openEnd is not null)
        {
            writer.Text(_roles[(int)role]);
            writer.Control(_openEnd);
        }

        writer.Text(_header.Replace("{0}", _roles[(int)role], StringComparison.Ordinal));
    }

    /// <summary>
    /// Joins adjacent text before it is encoded, because a tokenizer may merge the end of one part with the start of the next.
    /// </summary>
    sealed class Writer(Tokenizer tokenizer, string format)
    {
        readonly List<int> _ids = [];
        string _text = "";

        public void Text(string text) => _text += text;

        public void Control(string? token)
        {
            if (token is null)
            {
                return;
            }

            Flush();
            _ids.Add(tokenizer.Find(token) ?? throw new ArgumentException($"The tokenizer has no token '{token}', which the {format} format requires."));
        }

        public List<int> Finish()
        {
            Flush();
            return _ids;
        }

        void Flush()
        {
            if (_text.Length > 0)
            {
                tokenizer.AppendTo(_ids, _text, controlTokens: false);
                _text = "";
            }
        }
    }
}
