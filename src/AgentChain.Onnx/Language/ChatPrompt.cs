using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the input of a chat model: the messages so far, after which the model answers. Immutable and compared by its messages, so it
/// can be a commit key. Neither <see cref="ToString"/> nor exceptions reveal the text.
/// </summary>
public sealed class ChatPrompt : IEquatable<ChatPrompt>
{
    /// <summary>Creates a prompt.</summary>
    /// <param name="messages">The messages, oldest first; at least one.</param>
    /// <exception cref="ArgumentException"><paramref name="messages"/> is empty.</exception>
    public ChatPrompt(params IEnumerable<ChatMessage> messages)
    {
        Messages = [.. messages];
        if (Messages.IsEmpty)
        {
            throw new ArgumentException("A prompt needs at least one message.", nameof(messages));
        }
    }

    /// <summary>Gets the messages, oldest first.</summary>
    public ImmutableArray<ChatMessage> Messages { get; }

    /// <summary>Returns a prompt with one more message.</summary>
    /// <param name="role">The role of the speaker.</param>
    /// <param name="content">The text of the message.</param>
    public ChatPrompt With(ChatRole role, string content) => new([.. Messages, new ChatMessage(role, content)]);

    /// <summary>Creates a prompt from instructions and a question.</summary>
    /// <param name="system">The instructions and facts.</param>
    /// <param name="user">The question.</param>
    public static ChatPrompt Of(string system, string user) =>
        new(new ChatMessage(ChatRole.System, system), new ChatMessage(ChatRole.User, user));

    /// <inheritdoc/>
    public bool Equals(ChatPrompt? other) => other is not null && Messages.AsSpan().SequenceEqual(other.Messages.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ChatPrompt);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (ChatMessage message in Messages)
        {
            hash.Add(message);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns the number of messages, never their text.</summary>
    public override string ToString() => $"{Messages.Length} messages";
}
