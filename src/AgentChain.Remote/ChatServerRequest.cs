using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote;

/// <summary>Represents a question to a chat server. Immutable, if its lists are.</summary>
[DebuggerDisplay("{Messages.Count} messages, {Priority}")]
public sealed record ChatServerRequest
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="messages">The messages, which contain text only.</param>
    public ChatServerRequest(IReadOnlyList<ChatMessage> messages) => Messages = messages;

    /// <summary>Gets the messages, which contain text only.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Gets the identifier of the conversation, whose requests go to the same server while it can take them.</summary>
    /// <value><see langword="null"/> by default: any server. It is not sent.</value>
    public string? Conversation { get; init; }

    /// <summary>Gets how urgent the request is. While its input can still turn out to be wrong, it counts as low.</summary>
    /// <value>The default is <see cref="RequestPriority.Normal"/>.</value>
    public RequestPriority Priority { get; init; }

    /// <summary>Gets the maximum number of tokens of the answer.</summary>
    /// <value><see langword="null"/> for the server's own maximum.</value>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets the temperature.</summary>
    /// <value>A finite number of 0 or more; <see langword="null"/> for the server's own.</value>
    public float? Temperature { get; init; }

    /// <summary>Gets the share of the most likely tokens among which one is drawn.</summary>
    /// <value>More than 0 and at most 1; <see langword="null"/> for the server's own.</value>
    public float? TopP { get; init; }

    /// <summary>Gets the seed of the draws.</summary>
    /// <value><see langword="null"/> for none.</value>
    public long? Seed { get; init; }

    /// <summary>Gets the texts at which the answer ends.</summary>
    /// <value>No empty texts; <see langword="null"/> for none.</value>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Returns a one-line description that contains numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{OptionCheck.Count(Messages?.Count ?? 0, "message")}, priority {Priority}");

    internal void Check(string block)
    {
        string of = $"Block '{block}': ChatServerRequest.";
        ArgumentNullException.ThrowIfNull(Messages, of + nameof(Messages));
        if (Messages.Count == 0)
        {
            throw new ArgumentException($"{of}Messages is empty; ask at least one question.");
        }

        for (int i = 0; i < Messages.Count; i++)
        {
            if (Messages[i] is not { } message)
            {
                throw new ArgumentException(OptionCheck.Text($"{of}Messages contains null at index {i}; leave it out."));
            }

            if (string.IsNullOrWhiteSpace(message.Role.Value))
            {
                throw new ArgumentException(OptionCheck.Text($"{of}Messages has a message without a role at index {i}; use one of ChatRole."));
            }

            if (message.Contents.FirstOrDefault(content => content is not TextContent) is { } other)
            {
                throw new ArgumentException(OptionCheck.Text(
                    $"{of}Messages has a {other.GetType().Name} at index {i}; only text can be sent. Use ChatClientBlock of AgentChain.Extensions.AI for other content."));
            }
        }

        OptionCheck.Defined(Priority, of + nameof(Priority));
        if (MaxOutputTokens is { } most)
        {
            OptionCheck.AtLeast(most, 1, of + nameof(MaxOutputTokens));
        }

        if (Temperature is { } temperature)
        {
            OptionCheck.NotNegative(temperature, of + nameof(Temperature));
        }

        if (TopP is { } share)
        {
            OptionCheck.Share(share, of + nameof(TopP));
        }

        if (Stop?.Any(string.IsNullOrEmpty) ?? false)
        {
            throw new ArgumentException($"{of}Stop contains null or an empty text, at which every answer would end; leave it out.");
        }
    }
}
