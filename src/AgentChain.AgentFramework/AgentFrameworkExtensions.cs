using AgentChain.Extensions.AI;
using Microsoft.Agents.AI;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework;

/// <summary>Agents and workflows as blocks, and chains as agents and executors.</summary>
public static class AgentFrameworkExtensions
{
    /// <summary>Makes a block of an agent that gets the whole conversation each turn: <c>.Stream("agent", agent.AsBlock())</c>.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="options">The options of every run, which are copied, or <see langword="null"/> for those of the agent.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="agent"/> is <see langword="null"/>.</exception>
    public static AIAgentBlock AsBlock(this AIAgent agent, AgentRunOptions? options = null) => new(agent, options);

    /// <summary>Makes a block of an agent that keeps the history in a session of its own.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="options">The options of every run, which are copied, or <see langword="null"/> for those of the agent.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="agent"/> is <see langword="null"/>.</exception>
    public static AIAgentConversationBlock AsConversationBlock(this AIAgent agent, AgentRunOptions? options = null) => new(agent, options);

    /// <summary>Makes a block of a workflow of agents: messages in, updates out.</summary>
    /// <param name="workflow">A workflow that speaks the chat protocol, such as those of <c>AgentWorkflowBuilder</c>.</param>
    /// <returns>The block. A failure in the workflow fails the turn with an <see cref="AgentFrameworkException"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="workflow"/> is <see langword="null"/>.</exception>
    public static AIAgentBlock AsBlock(this Workflow workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return new(workflow.AsAIAgent(name: workflow.Name ?? workflow.StartExecutorId), options: null, isWorkflow: true);
    }

    /// <summary>Makes a block of any workflow.</summary>
    /// <typeparam name="TIn">The type of the workflow's input.</typeparam>
    /// <typeparam name="TOut">The type of the outputs to pass on.</typeparam>
    /// <param name="workflow">The workflow.</param>
    /// <param name="environment">How the workflow runs, or <see langword="null"/> for <c>InProcessExecution.Default</c>.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="workflow"/> is <see langword="null"/>.</exception>
    public static WorkflowBlock<TIn, TOut> AsBlock<TIn, TOut>(this Workflow workflow, IWorkflowExecutionEnvironment? environment = null)
        where TIn : notnull => new(workflow, environment);

    /// <summary>Makes an agent of a chain that answers with pieces of text.</summary>
    /// <param name="chain">The chain, which gets the history and the new messages.</param>
    /// <param name="name">The name of the agent, or <see langword="null"/> for that of the chain.</param>
    /// <param name="description">The description of the agent, for other agents.</param>
    /// <returns>The agent.</returns>
    /// <remarks><inheritdoc cref="AsAIAgent{TIn,TOut}" path="/remarks"/></remarks>
    public static AIAgent AsAIAgent(
        this StreamChain<IReadOnlyList<ChatMessage>, string> chain, string? name = null, string? description = null) =>
        chain.AsAIAgent(static messages => messages, static text => new ChatResponseUpdate(ChatRole.Assistant, text), name, description);

    /// <summary>Makes an agent of a chain that answers with updates.</summary>
    /// <param name="chain">The chain, which gets the history and the new messages.</param>
    /// <param name="name">The name of the agent, or <see langword="null"/> for that of the chain.</param>
    /// <param name="description">The description of the agent, for other agents.</param>
    /// <returns>The agent.</returns>
    /// <remarks><inheritdoc cref="AsAIAgent{TIn,TOut}" path="/remarks"/></remarks>
    public static AIAgent AsAIAgent(
        this StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> chain, string? name = null, string? description = null) =>
        chain.AsAIAgent(static messages => messages, static update => update.Clone(), name, description);

    /// <summary>Makes an agent of any chain.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output items.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="input">A function that makes the chain's input of the history and the new messages.</param>
    /// <param name="output">A function that makes a new update of an output item.</param>
    /// <param name="name">The name of the agent, or <see langword="null"/> for that of the chain.</param>
    /// <param name="description">The description of the agent, for other agents.</param>
    /// <returns>The agent. Thread-safe if the functions are.</returns>
    /// <remarks>
    /// <para>
    /// Each run is a turn. Canceling its token interrupts the turn, and so does leaving the enumeration early. A turn that does not
    /// complete throws its <see cref="TurnException"/>; a canceled token throws an <see cref="OperationCanceledException"/>. The last
    /// update has the turn's <see cref="TurnResult"/> as its raw representation; so has a response that is not streamed.
    /// </para>
    /// <para>
    /// The session keeps the history: the messages of each completed run, and of an interrupted one the part of the answer that was read.
    /// It can be serialized; <c>session.GetService&lt;IReadOnlyList&lt;ChatMessage&gt;&gt;()</c> returns the messages. Without a session,
    /// a run has no history. The options of a run do not reach the chain.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    public static AIAgent AsAIAgent<TIn, TOut>(
        this ChainBase<TIn, TOut> chain,
        Func<IReadOnlyList<ChatMessage>, TIn> input,
        Func<TOut, ChatResponseUpdate> output,
        string? name = null,
        string? description = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ChainAgent(chain.AsChatClient((messages, _) => input(messages), output), chain.Name, name, description);
    }

    /// <summary>Makes an executor of a chain: each message is a turn, and its value is the executor's message to the next one.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="chain">The chain. The workflow does not stop it.</param>
    /// <param name="id">The id of the executor, or <see langword="null"/> for the name of the chain.</param>
    /// <returns>
    /// The binding, for <c>WorkflowBuilder</c>. Several runs can share it. Canceling the workflow's run interrupts the turn. A turn that
    /// does not complete fails the executor with its <see cref="TurnException"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="chain"/> is <see langword="null"/>.</exception>
    public static ExecutorBinding AsExecutor<TIn, TOut>(this Chain<TIn, TOut> chain, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        Func<TIn, IWorkflowContext, CancellationToken, ValueTask<TOut>> run = (input, _, token) => chain.RunAsync(input, token);
        return run.BindAsExecutor(id ?? chain.Name, threadsafe: true);
    }

    /// <summary>
    /// Makes an executor of a streaming chain: each message is a turn, each item is a <see cref="ChainItemEvent"/> as it comes, and all
    /// items together are the executor's message to the next one.
    /// </summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output items.</typeparam>
    /// <param name="chain">The chain. The workflow does not stop it.</param>
    /// <param name="id">The id of the executor, or <see langword="null"/> for the name of the chain.</param>
    /// <returns><inheritdoc cref="AsExecutor{TIn,TOut}(Chain{TIn,TOut},string)" path="/returns"/></returns>
    /// <exception cref="ArgumentNullException"><paramref name="chain"/> is <see langword="null"/>.</exception>
    public static ExecutorBinding AsExecutor<TIn, TOut>(this StreamChain<TIn, TOut> chain, string? id = null) =>
        chain.AsExecutor(static items => items.ToArray(), id);

    /// <summary>Makes an executor of a streaming chain whose items become one message.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output items.</typeparam>
    /// <typeparam name="TResult">The type of the message to the next executor.</typeparam>
    /// <param name="chain">The chain. The workflow does not stop it.</param>
    /// <param name="combine">A function that makes the message of all items.</param>
    /// <param name="id">The id of the executor, or <see langword="null"/> for the name of the chain.</param>
    /// <returns><inheritdoc cref="AsExecutor{TIn,TOut}(Chain{TIn,TOut},string)" path="/returns"/></returns>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    public static ExecutorBinding AsExecutor<TIn, TOut, TResult>(
        this StreamChain<TIn, TOut> chain, Func<IReadOnlyList<TOut>, TResult> combine, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(combine);
        string name = id ?? chain.Name;
        Func<TIn, IWorkflowContext, CancellationToken, ValueTask<TResult>> run = async (input, context, token) =>
        {
            await using Turn<TOut> turn = await chain.StartAsync(input, token);
            List<TOut> items = [];
            await foreach (TOut item in turn.Output)
            {
                items.Add(item);
                await context.AddEventAsync(new ChainItemEvent(name, item), token);
            }

            return combine(items);
        };
        return run.BindAsExecutor(name, threadsafe: true);
    }
}
