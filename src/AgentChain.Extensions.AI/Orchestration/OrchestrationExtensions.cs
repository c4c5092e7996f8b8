using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Agents that work together: one as a tool of another, and a model that selects among them.</summary>
public static class OrchestrationExtensions
{
    /// <summary>Makes a tool of an agent: another agent sends it a request as a text and gets the text of its answer.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="name">The name by which the other model calls it.</param>
    /// <param name="description">The description, from which the other model knows when to call it.</param>
    /// <returns>The function, for <see cref="AgentSetup.Tool"/>.</returns>
    /// <remarks>
    /// <para>
    /// The agent runs inside the turn of the caller: canceling the turn cancels it, its time is the caller's, and it has a new session for
    /// each call. Its own tools keep their effects: as long as the turn's input can turn out to be wrong, only pure tools run. Declare the
    /// tool as <see cref="Effect.Pure"/> to let the agent itself start that early.
    /// </para>
    /// <para>The answer is the text after the agent's last tool call; if there is none, all of its text.</para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static AIFunction AsTool(this AgentBlock agent, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(description);
        return new AgentFunction(agent, name, description);
    }

    /// <summary>Makes a classifier for <c>Route</c> of a chat client: the model selects one of several agents.</summary>
    /// <param name="client">The client. The caller disposes it after the chain.</param>
    /// <param name="setup">A callback that declares the choices.</param>
    /// <returns>The classifier.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">There is no choice, or no fallback.</exception>
    public static ModelSelector AsSelector(this IChatClient client, Action<ModelSelectorSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(setup);
        var declared = new ModelSelectorSetup();
        setup(declared);
        return new ModelSelector(client, declared);
    }

    /// <summary>
    /// Selects an agent for each request and streams its answer. Unlike the routes of <c>Route</c>, which end in one value, the updates
    /// come while the agent runs.
    /// </summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <param name="chain">The chain, which ends with a request.</param>
    /// <param name="name">The name of the selecting block. The block of the agents is called <c>name agent</c>.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="agents">The agents by name, one for each of the selector's choices.</param>
    /// <param name="configure">
    /// A callback that sets the options of the agents' block: with <c>Speculate()</c>, the leading candidate starts before the model has
    /// decided, and a loser is terminated.
    /// </param>
    /// <returns>A builder for the extended chain.</returns>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">A choice of the selector has no agent.</exception>
    public static StreamChainBuilder<TIn, ChatResponseUpdate> Orchestrate<TIn>(
        this ChainBuilder<TIn, AgentRequest> chain,
        string name,
        ModelSelector selector,
        IReadOnlyDictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>> agents,
        Action<StreamSetup<AgentChoice, ChatResponseUpdate>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(agents);
        if (selector.Routes.FirstOrDefault(choice => !agents.TryGetValue(choice, out var agent) || agent is null) is { } missing)
        {
            throw new AgentSetupException(missing, $"The selector can choose '{missing}', but there is no agent of this name. Add one, or remove the choice.");
        }

        return chain.Revise(name, new ChoosingBlock(selector)).Stream($"{name} agent", new AgentSwitch(selector.Routes.ToDictionary(choice => choice, choice => agents[choice])), configure);
    }
}
