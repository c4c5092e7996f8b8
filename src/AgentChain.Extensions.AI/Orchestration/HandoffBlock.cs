using System.Runtime.CompilerServices;
using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Runs the agent that has the conversation, and lets it give the conversation to another one: by a call of the tool
/// <c>transfer_to_name</c>. The next turns of the session begin with the agent that has it then. Thread-safe; one block serves many
/// sessions.
/// </summary>
/// <remarks>
/// <para>
/// The agent that takes over answers in the same turn. With history, it runs in the same session, so it sees all that was said, and the
/// caches that belong to the session stay. Without history, it sees only the messages of this turn, and its own turns before. The agent
/// that hands over does not speak again: the other calls of its last message are answered first.
/// </para>
/// <para>
/// A hand-off waits until the turn's input is final, and is not undone if the turn is interrupted. Hand-offs in one turn are bounded. Each
/// update has the name of the agent as its author, unless the client gave one. A request without a session begins with the first agent.
/// </para>
/// </remarks>
public sealed class HandoffBlock : IStreamBlock<AgentRequest, ChatResponseUpdate>, ICommitHooks, IHasOwnLimits, IHasInnerDevices
{
    readonly ConditionalWeakTable<AgentSession, HandoffState> _states = [];
    readonly HandoffAgent[] _agents;
    readonly AgentBlock[] _blocks;
    readonly AgentBlock[] _last;
    readonly Dictionary<string, int> _targets;
    readonly int _maxHandoffs;

    HandoffBlock(HandoffSetup setup)
    {
        _agents = [.. setup.Agents];
        (AgentBlock Block, AgentBlock Last)[] built = [.. _agents.Select(agent => agent.Build(_agents.Where(other => other != agent)))];
        (_blocks, _last) = ([.. built.Select(one => one.Block)], [.. built.Select(one => one.Last)]);
        _targets = _agents.Select((agent, index) => (agent.ToolName, index)).ToDictionary(one => one.ToolName, one => one.index);
        _maxHandoffs = setup.MaxHandoffsValue;
    }

    /// <summary>Makes the block: <c>.Stream("desk", HandoffBlock.Of(team => team.Agent(...).Agent(...)))</c>.</summary>
    /// <param name="setup">A callback that declares the agents.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="setup"/> is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">There are fewer than two agents, or a tool of an agent cannot be used.</exception>
    public static HandoffBlock Of(Action<HandoffSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var declared = new HandoffSetup();
        setup(declared);
        return declared.Agents.Count >= 2
            ? new HandoffBlock(declared)
            : throw new AgentSetupException("handoff", "A hand-off needs at least two agents. Add another one, or use AsAgent(...).");
    }

    /// <summary>Returns the name of the agent that has a conversation.</summary>
    /// <param name="session">The session.</param>
    /// <returns>The name; that of the first agent if there was no turn yet.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="session"/> is <see langword="null"/>.</exception>
    public string CurrentAgent(AgentSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _agents[_states.TryGetValue(session, out HandoffState? state) ? state.Current : 0].Name;
    }

    /// <inheritdoc/>
    public IReadOnlyList<InnerDevice> InnerDevices => [.. _blocks.SelectMany(block => block.InnerDevices).Distinct()];

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        AgentRequest input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);

        //  session --> the agent that has it ==text==> downstream
        //                   |--transfer_to_other--> other ==text==> downstream, and it has the session
        AgentSession session = input.Session ?? new AgentSession();
        HandoffState state = _states.GetValue(session, static one => new HandoffState(one));
        bool isShared = false;
        for (int handoffs = 0; ; handoffs++)
        {
            // 1. The agent that takes over in the shared session finds the user's messages there.
            int current = state.Current;
            HandoffAgent agent = _agents[current];
            AgentRequest request = agent.WithHistory && isShared
                ? session.Ask([])
                : state.SessionOf(current, agent).Ask(input.Messages);
            AgentBlock block = handoffs < _maxHandoffs ? _blocks[current] : _last[current];

            // 2. Hand its updates on, until all calls of a message with a transfer have their answers.
            int? target = null;
            var calls = new Dictionary<string, string>(StringComparer.Ordinal);
            bool isFinal = !context.IsSpeculative;
            try
            {
                await foreach (ChatResponseUpdate update in block.InvokeAsync(request, context, cancellationToken))
                {
                    yield return Signed(update, agent.Name);
                    if (Follow(update, calls, ref target))
                    {
                        break;
                    }
                }
            }
            finally
            {
                // The hooks of this run may have been called before the agent began.
                if (isFinal)
                {
                    block.Forget(context);
                }
            }

            if (target is not { } next)
            {
                yield break;
            }

            // 3. The run has ended, so its record is whole. From here on the other agent has the conversation.
            state.Current = next;
            isShared |= agent.WithHistory;
        }
    }

    /// <inheritdoc/>
    async ValueTask ICommitHooks.OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        foreach (ICommitHooks block in (AgentBlock[])[.. _blocks, .. _last])
        {
            await block.OnCommittedAsync(context, cancellationToken);
        }
    }

    /// <inheritdoc/>
    async ValueTask ICommitHooks.OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        foreach (ICommitHooks block in (AgentBlock[])[.. _blocks, .. _last])
        {
            await block.OnTerminatedAsync(context, cancellationToken);
        }
    }

    /// <summary>Returns the names of the agents.</summary>
    /// <returns>The names.</returns>
    public override string ToString() => string.Join(", ", _agents.Select(agent => agent.Name));

    /// <summary>Follows the calls and their answers; returns whether a transfer was made and no call is open.</summary>
    bool Follow(ChatResponseUpdate update, Dictionary<string, string> calls, ref int? target)
    {
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call:
                    calls[call.CallId] = call.Name;
                    break;
                case FunctionResultContent answer when calls.Remove(answer.CallId, out string? name):
                    // A refused or failed transfer is an answer with a status, which the model repairs from.
                    if (target is null && _targets.TryGetValue(name, out int index) && HasSucceeded(answer))
                    {
                        target = index;
                    }

                    break;
            }
        }

        return target is not null && calls.Count == 0;
    }

    static bool HasSucceeded(FunctionResultContent answer) =>
        answer.Result is string or System.Text.Json.JsonElement { ValueKind: System.Text.Json.JsonValueKind.String };

    static ChatResponseUpdate Signed(ChatResponseUpdate update, string name)
    {
        if (update.AuthorName is not null)
        {
            return update;
        }

        ChatResponseUpdate signed = update.Clone();
        signed.AuthorName = name;
        return signed;
    }
}
