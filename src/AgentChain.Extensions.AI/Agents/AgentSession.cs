using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// The memory of one conversation with an agent: the messages of its turns, with tool calls and their answers. Thread-safe. Many sessions
/// share one agent and one chain.
/// </summary>
/// <remarks>
/// <para>
/// A turn enters the memory when it is committed; what was terminated is never in it. Each call in it has exactly one answer. A turn that
/// was interrupted is kept with the text that was emitted, or as much of it as was heard, and with the results that were finished; its
/// open calls are answered <c>cancelled</c>, until a late result arrives. A turn that emitted nothing and called nothing leaves no trace.
/// </para>
/// <para>A turn that still runs is not shown, unless it was interrupted. Run the turns of a session one after another.</para>
/// </remarks>
public sealed class AgentSession
{
    readonly Lock _lock = new();
    readonly ChatMessage[] _before;
    readonly int _maxTurns;
    readonly List<TurnRecord> _turns = [];
    long _changes;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="id">
    /// The identifier, from which the idempotency keys are made. <see langword="null"/> for a new one. Give one that outlives the process
    /// if the conversation does.
    /// </param>
    /// <param name="messages">The messages that the conversation begins with, which are copied, or <see langword="null"/> for none.</param>
    /// <param name="maxTurns">
    /// The maximum number of turns in the memory, at least 1. The oldest turn is forgotten first; <paramref name="messages"/> are kept.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTurns"/> is less than 1.</exception>
    public AgentSession(string? id = null, IEnumerable<ChatMessage>? messages = null, int maxTurns = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTurns, 1);
        _maxTurns = maxTurns;
        Id = id ?? Guid.NewGuid().ToString("N");
        _before = [.. (messages ?? []).Select(message => message.Clone())];
    }

    /// <summary>Gets the identifier.</summary>
    public string Id { get; }

    /// <summary>Gets a snapshot of the conversation, oldest message first. Turns that still run are not in it.</summary>
    public IReadOnlyList<ChatMessage> Messages
    {
        get
        {
            List<ChatMessage> messages = [.. _before.Select(message => message.Clone())];
            foreach (TurnRecord turn in Turns())
            {
                if (turn.IsVisible)
                {
                    turn.Render(messages);
                }
            }

            return messages;
        }
    }

    /// <summary>The state of the memory: it differs if the messages may differ.</summary>
    internal (long Changes, int Turns) State => (Interlocked.Read(ref _changes), Turns().Count(turn => turn.IsVisible));

    /// <summary>Makes the request of a text that the user said.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is <see langword="null"/>.</exception>
    public AgentRequest Ask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(this, [new ChatMessage(ChatRole.User, text)]);
    }

    /// <summary>Makes the request of new messages.</summary>
    /// <param name="messages">The messages, which are copied, without those that the session has.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> or one of them is <see langword="null"/>.</exception>
    public AgentRequest Ask(IEnumerable<ChatMessage> messages) => new(this, messages);

    /// <summary>
    /// Cuts the text of a turn to what was heard of it, so that the next answer does not build on words that were not heard. The last
    /// report counts. White space does not matter; the text ends where it differs from <paramref name="heard"/>.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="heard">The text that was heard, from the beginning of the turn; empty for none.</param>
    /// <returns><see langword="false"/> if the session has no such turn.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="heard"/> is <see langword="null"/>.</exception>
    public bool ReportHeard(TurnId turn, string heard)
    {
        ArgumentNullException.ThrowIfNull(heard);
        TurnRecord? record = Turns().LastOrDefault(one => one.Turn == turn);
        record?.Hear(heard);
        return record is not null;
    }

    /// <summary>Returns a one-line description that contains no text of a message.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"session '{Id}' of {Turns().Length} turns";

    internal void Add(TurnRecord turn)
    {
        lock (_lock)
        {
            _turns.Add(turn);
            if (_turns.Count > _maxTurns)
            {
                _turns.RemoveAt(0);
                Changed();
            }
        }
    }

    internal void Changed() => Interlocked.Increment(ref _changes);

    TurnRecord[] Turns()
    {
        lock (_lock)
        {
            return [.. _turns];
        }
    }
}
