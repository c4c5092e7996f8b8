using System.Collections.Immutable;

namespace AgentChain.Onnx.Language;

/// <summary>
/// What a chat model is asked: the messages so far, after which it answers. Immutable and compared by its messages, so that it can
/// be a commit key. The text in it appears neither in <see cref="ToString"/> nor in exceptions.
/// </summary>
public sealed class ChatPrompt : IEquatable<ChatPrompt>
{
    /// <summary>Makes a prompt.</summary>
    /// <param name="messages">The messages, oldest first; at least one.</param>
    /// <exception cref="ArgumentException">There are no messages.</exception>
    public ChatPrompt(params IEnumerable<ChatMessage> messages)
    {
        Messages = [.. messages];
        if (Messages.IsEmpty)
        {
            throw new ArgumentException("A prompt needs at least one message.", nameof(messages));
        }
    }

    /// <summary>The messages, oldest first.</summary>
    public ImmutableArray<ChatMessage> Messages { get; }

    /// <summary>A prompt with one more message.</summary>
    /// <param name="role">Who says it.</param>
    /// <param name="content">What is said.</param>
    public ChatPrompt With(ChatRole role, string content) => new([.. Messages, new ChatMessage(role, content)]);

    /// <summary>A prompt of instructions and a question.</summary>
    /// <param name="system">Instructions and facts.</param>
    /// <param name="user">The question.</param>
    public static ChatPrompt Of(string system, string user) => new(new ChatMessage(ChatRole.System, system), new ChatMessage(ChatRole.User, user));

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

    /// <summary>The number of messages; never their text.</summary>
    public override string ToString() => $"{Messages.Length} messages";
}
