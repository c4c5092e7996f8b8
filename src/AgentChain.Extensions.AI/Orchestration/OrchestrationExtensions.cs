using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Orchestration;

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
}
