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
    /// <summary>The turns whose runs may still begin; those of a session come one after another.</summary>
    const int MostTurnsAtOnce = 8;

    readonly Lock _lock = new();
    readonly ChatMessage[] _before;
    readonly int _maxTurns;
    readonly List<TurnRecord> _turns = [];
    readonly Queue<(CancellationToken Token, TurnId Turn, string Scope)> _scopes = new();
    readonly bool _isOfOneCall;

    /// <summary>
    /// The runs whose text was said in this conversation, also those of agents that remember it in a session of their own.
    /// </summary>
    readonly List<TurnRecord> _said = [];
    readonly AgentSession? _within;
    long _changes;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="id">
    /// The identifier, by which the host knows the conversation. <see langword="null"/> for a new one. The idempotency keys differ for each
    /// turn, also if two sessions have the same identifier, such as one that was restored after a restart.
    /// </param>
    /// <param name="messages">The messages that the conversation begins with, which are copied, or <see langword="null"/> for none.</param>
    /// <param name="maxTurns">
    /// The maximum number of turns in the memory, at least 1. The oldest turn is forgotten first; <paramref name="messages"/> are kept.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTurns"/> is less than 1.</exception>
    /// <exception cref="ArgumentNullException">One of <paramref name="messages"/> is <see langword="null"/>.</exception>
    public AgentSession(string? id = null, IEnumerable<ChatMessage>? messages = null, int maxTurns = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTurns, 1);
        _maxTurns = maxTurns;
        Id = id ?? Guid.NewGuid().ToString("N");
        _before = [.. (messages ?? []).Select(message => message?.Clone() ?? throw new ArgumentNullException(nameof(messages), "A message is null."))];
    }

    /// <summary>Initializes a session that exists for one call only, whose key is the identifier.</summary>
    AgentSession(ToolCall call)
        : this(call.IdempotencyKey) => _isOfOneCall = true;

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

    /// <summary>Initializes the session of an agent that hears part of a conversation.</summary>
    /// <param name="within">The session of the whole conversation, to which the host reports what was heard.</param>
    /// <param name="agent">The name of the agent.</param>
    internal AgentSession(AgentSession within, string agent)
        : this($"{within.Id}/{agent}") => _within = within;

    /// <summary>Makes the session of an agent that is a tool: a call that is repeated has the same inner keys.</summary>
    internal static AgentSession OfCall(ToolCall? call) => call is null ? new() : new(call);

    /// <summary>
    /// Returns what makes the idempotency keys of a turn unlike those of every other. The number of the turn alone does not: it begins
    /// with 1 in each chain and after each start of the process, while the identifier of a session can be as old as the conversation.
    /// </summary>
    internal string ScopeOf(BlockContext context)
    {
        if (_isOfOneCall)
        {
            return Id;
        }

        (CancellationToken token, TurnId turn) = (context.TurnToken, context.TurnId);
        lock (_lock)
        {
            foreach ((CancellationToken Token, TurnId Turn, string Scope) known in _scopes)
            {
                if (known.Token == token && known.Turn == turn)
                {
                    return known.Scope;
                }
            }

            if (_scopes.Count == MostTurnsAtOnce)
            {
                _scopes.Dequeue();
            }

            string scope = $"{Id}\n{Guid.NewGuid():N}";
            _scopes.Enqueue((token, turn, scope));
            return scope;
        }
    }

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
        TurnRecord[] runs;
        lock (_lock)
        {
            // The number alone is not enough: another chain may have had a turn of the same number in this session.
            runs = _said.FindLast(one => one.Turn == turn) is { } last ? [.. _said.Where(one => one.IsOfTurnOf(last))] : [];
        }

        heard = runs.Aggregate(heard, (text, run) => run.WithoutFillers(text));
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i].Hear(heard, runs[..i]);
        }

        return runs.Length > 0;
    }

    /// <summary>Returns a one-line description that contains no text of a message.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"session '{Id}' of {Turns().Length} turns";

    internal void Add(TurnRecord turn)
    {
        Said(turn);
        _within?.Said(turn);
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

    void Said(TurnRecord turn)
    {
        lock (_lock)
        {
            _said.Add(turn);
            if (_said.Count > 2L * _maxTurns)
            {
                _said.RemoveAt(0);
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
