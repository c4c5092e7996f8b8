using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>
/// Runs an <see cref="AIAgent"/> as a block: the messages of the whole conversation go in, and the updates of the answer come out while the
/// agent still runs. Each run has a session of its own. Stateless; as thread-safe as its agent.
/// </summary>
/// <remarks>
/// <para>
/// An update keeps the agent's <see cref="AgentResponseUpdate"/> as its raw representation. The block's token reaches the agent. An agent
/// that ignores it is detached after <see cref="ChainOptions.Grace"/>, and nothing that it says after the cancel becomes visible.
/// </para>
/// <para>
/// An agent that throws fails the turn: the <see cref="BlockFailedException"/> names the block, and contains an
/// <see cref="AgentFrameworkException"/>, which names the agent and contains what it threw. An agent that never answers is ended by the
/// block's budget. For an agent that keeps the history itself, use <see cref="AIAgentConversationBlock"/>.
/// </para>
/// </remarks>
public sealed class AIAgentBlock : IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate>
{
    readonly AgentStream _stream;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="options">The options of every run, which are copied, or <see langword="null"/> for those of the agent.</param>
    /// <exception cref="ArgumentNullException"><paramref name="agent"/> is <see langword="null"/>.</exception>
    public AIAgentBlock(AIAgent agent, AgentRunOptions? options = null)
        : this(agent, options, isWorkflow: false)
    {
    }

    internal AIAgentBlock(AIAgent agent, AgentRunOptions? options, bool isWorkflow)
    {
        ArgumentNullException.ThrowIfNull(agent);
        _stream = new(agent, options, isWorkflow);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">The input is <see langword="null"/>.</exception>
    /// <exception cref="AgentFrameworkException">
    /// The agent failed, was disposed or returned <see langword="null"/>, or a workflow failed. Thrown by the enumeration.
    /// </exception>
    public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        IReadOnlyList<ChatMessage> input, BlockContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _stream.RunAsync(input, session: null, cancellationToken);
    }

    /// <summary>Returns the name of the agent.</summary>
    /// <returns>The name, or the type of the agent.</returns>
    public override string ToString() => _stream.Name;
}
