using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// The input of an agent: new messages, and the session that they belong to, if any. Immutable. Two requests are equal if they belong to
/// the same session in the same state and their messages are equal, so that a chain can start on a likely request and keep the work.
/// </summary>
public sealed class AgentRequest : IEquatable<AgentRequest>
{
    readonly (long Changes, int Turns) _state;

    /// <summary>Initializes a new instance that belongs to no session.</summary>
    /// <param name="messages">The messages, which are copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> or one of them is <see langword="null"/>.</exception>
    public AgentRequest(IEnumerable<ChatMessage> messages)
        : this(null, messages)
    {
    }

    internal AgentRequest(AgentSession? session, IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Session = session;
        Messages =
            [.. messages.Select(message => message?.Clone() ?? throw new ArgumentNullException(nameof(messages), "A message is null."))];
        _state = session?.State ?? default;
    }

    /// <summary>Gets the session, or <see langword="null"/> if the request belongs to none.</summary>
    public AgentSession? Session { get; }

    /// <summary>Gets the new messages, without those of the session.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <inheritdoc/>
    public bool Equals(AgentRequest? other) => other is not null
        && ReferenceEquals(Session, other.Session) && _state == other._state
        && Messages.Count == other.Messages.Count && Messages.Zip(other.Messages).All(pair => AreEqual(pair.First, pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AgentRequest);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Session, _state, Messages.Count, Messages.Count > 0 ? Messages[^1].Text : null);

    /// <summary>Returns a one-line description that contains no text of a message.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"{Messages.Count} messages{(Session is null ? "" : $" in session '{Session.Id}'")}";

    static bool AreEqual(ChatMessage one, ChatMessage other) => one.Role == other.Role && one.AuthorName == other.AuthorName
        && one.Contents.Count == other.Contents.Count && one.Contents.Zip(other.Contents).All(pair => AreEqual(pair.First, pair.Second));

    static bool AreEqual(AIContent one, AIContent other) => ReferenceEquals(one, other)
        || (one is TextContent text && other is TextContent same && text.GetType() == same.GetType() && text.Text == same.Text);
}
