using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Declares the agents of a <see cref="HandoffBlock"/>. Not thread-safe; used only while the block is made.</summary>
public sealed class HandoffSetup
{
    internal HandoffSetup()
    {
    }

    internal List<HandoffAgent> Agents { get; } = [];

    internal int MaxHandoffsValue { get; private set; } = 3;

    /// <summary>Adds an agent. The first one begins each conversation. Each agent can give the conversation to each other one.</summary>
    /// <param name="name">The name. The other agents get the tool <c>transfer_to_name</c>.</param>
    /// <param name="description">The description, from which the other models know when to transfer.</param>
    /// <param name="client">The client. The caller disposes it after the chain.</param>
    /// <param name="setup">A callback that declares the agent's own instructions and tools.</param>
    /// <param name="withHistory">
    /// <see langword="true"/> to run the agent in the session of the request, with all that was said before: the default.
    /// <see langword="false"/> to run it in a session of its own, which keeps only its own turns.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> contains characters other than ASCII letters, digits, hyphens and underscores, or has more than 48.
    /// </exception>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">There is an agent of this name.</exception>
    public HandoffSetup Agent(
        string name, string description, IChatClient client, Action<AgentSetup>? setup = null, bool withHistory = true)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(client);
        if (name.Length is 0 or > 48 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException(
                $"The name '{name}' becomes part of a tool's name: use up to 48 ASCII letters, digits, hyphens and underscores.", nameof(name));
        }

        if (Agents.Exists(agent => string.Equals(agent.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new AgentSetupException(name, $"The hand-off has two agents of the name '{name}', in whatever case. Rename one of them.");
        }

        Agents.Add(new(name, description, client, setup, withHistory));
        return this;
    }

    /// <summary>Limits the hand-offs of one turn. After the last one, the agent has no transfer tools. The default is 3.</summary>
    /// <param name="handoffs">The limit, at least 1.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="handoffs"/> is less than 1.</exception>
    public HandoffSetup MaxHandoffs(int handoffs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(handoffs, 1);
        MaxHandoffsValue = handoffs;
        return this;
    }
}
