namespace AgentChain.Remote;

/// <summary>
/// Remembers at which server the prefix of each conversation is cached. Bounded: the conversation that was asked least recently is forgotten
/// first. Thread-safe.
/// </summary>
sealed class ConversationPlaces(int capacity)
{
    // A server that finds less than this share of a known prefix has lost it.
    const double Lost = 0.1;

    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<Place>> _places = new(StringComparer.Ordinal);
    readonly LinkedList<Place> _byUse = new();

    /// <summary>The server of a conversation; null if there is none.</summary>
    public ChatServer? Find(string? conversation)
    {
        lock (_lock)
        {
            return conversation is not null && _places.TryGetValue(conversation, out LinkedListNode<Place>? node) ? node.Value.Server : null;
        }
    }

    /// <summary>Notes where a conversation was answered, and what that server had in its cache.</summary>
    public void Answered(string? conversation, ChatServer server, WireUsage? usage)
    {
        if (conversation is null)
        {
            return;
        }

        lock (_lock)
        {
            long known = Forget(conversation) is { } old && old.Server == server ? old.Tokens : 0;
            if (known > 0 && usage is { PromptTokensDetails.CachedTokens: { } cached } && cached < known * Lost)
            {
                // The prefix is gone there: the next request can go anywhere.
                return;
            }

            long tokens = (usage?.PromptTokens ?? 0) + (usage?.CompletionTokens ?? 0);
            _places[conversation] = _byUse.AddLast(new Place(conversation, server, tokens));
            if (_places.Count > capacity)
            {
                Forget(_byUse.First!.Value.Conversation);
            }
        }
    }

    Place? Forget(string conversation)
    {
        if (!_places.Remove(conversation, out LinkedListNode<Place>? node))
        {
            return null;
        }

        _byUse.Remove(node);
        return node.Value;
    }

    sealed record Place(string Conversation, ChatServer Server, long Tokens);
}
