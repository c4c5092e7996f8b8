using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>
/// Runs an <see cref="AIAgent"/> that keeps the history in its own session as a block: the new messages of a conversation go in, and the
/// updates of the answer come out. Stateless; the state is in <see cref="AIAgentConversation"/>.
/// </summary>
/// <remarks>
/// A session changes when the agent runs. So the runs of one conversation go one after the other, and a run on a hypothesis waits until its
/// input is final. A canceled agent has one second to leave its session; after that, the next turn fails with an
/// <see cref="AgentFrameworkException"/>. An interrupted run leaves in the session what the agent put there: most agents store nothing.
/// Otherwise as <see cref="AIAgentBlock"/>.
/// </remarks>
public sealed class AIAgentConversationBlock : IStreamBlock<AIAgentRequest, ChatResponseUpdate>
{
    readonly AgentStream _stream;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="options">The options of every run, which are copied, or <see langword="null"/> for those of the agent.</param>
    /// <exception cref="ArgumentNullException"><paramref name="agent"/> is <see langword="null"/>.</exception>
    public AIAgentConversationBlock(AIAgent agent, AgentRunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(agent);
        _stream = new(agent, options, isWorkflow: false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">
    /// The input, its conversation or its messages are <see langword="null"/>. Thrown by the enumeration.
    /// </exception>
    /// <exception cref="AgentFrameworkException">
    /// The agent failed, was disposed or returned <see langword="null"/>, or an earlier run that ignores its token still uses the session. Thrown by the
    /// enumeration.
    /// </exception>
    public async IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        AIAgentRequest input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (input is not { Conversation: not null, Messages: not null })
        {
            throw new ArgumentNullException(nameof(input), $"The request of the block '{context.BlockName}', its conversation or its messages are null.");
        }

        if (context.IsSpeculative)
        {
            await context.CommittedAsync(cancellationToken);
        }

        using SessionTurn turn = await input.Conversation.EnterAsync(_stream, context.Time, cancellationToken);
        AgentSession session = await input.Conversation.SessionOfAsync(_stream, cancellationToken);
        await foreach (ChatResponseUpdate update in _stream.RunAsync(input.Messages, session, cancellationToken))
        {
            yield return update;
        }
    }

    /// <summary>Returns the name of the agent.</summary>
    /// <returns>The name, or the type of the agent.</returns>
    public override string ToString() => _stream.Name;
}
