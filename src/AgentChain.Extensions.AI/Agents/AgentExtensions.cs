using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Chat clients as agents.</summary>
public static class AgentExtensions
{
    /// <summary>Makes an agent of a chat client: a block that runs the model and its tools in rounds.</summary>
    /// <param name="client">
    /// The client, without function invocation of its own. The caller disposes it after the chain.
    /// </param>
    /// <param name="setup">A callback that declares the instructions, the tools and the limits.</param>
    /// <returns>The block: <c>.Stream("support", client.AsAgent(...))</c>.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">A tool cannot be used; see <see cref="AgentSetup.Tool"/>.</exception>
    public static AgentBlock AsAgent(this IChatClient client, Action<AgentSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(setup);
        var declared = new AgentSetup();
        setup(declared);
        return new AgentBlock(client, declared);
    }
}
