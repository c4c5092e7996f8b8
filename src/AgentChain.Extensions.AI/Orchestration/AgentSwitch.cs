using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Runs the agent that was selected, so that the answers of routed agents stream.</summary>
sealed class AgentSwitch : IStreamBlock<AgentChoice, ChatResponseUpdate>, ICommitHooks, IHasOwnLimits, IHasInnerDevices
{
    readonly Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>> _agents;
    readonly ICommitHooks[] _hooks;

    public AgentSwitch(IReadOnlyDictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>> agents)
    {
        _agents = new(agents, StringComparer.Ordinal);
        _hooks = [.. _agents.Values.OfType<ICommitHooks>().Distinct()];
    }

    public IReadOnlyList<InnerDevice> InnerDevices =>
        [.. _agents.Values.OfType<IHasInnerDevices>().SelectMany(agent => agent.InnerDevices).Distinct()];

    public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(AgentChoice input, BlockContext context, CancellationToken cancellationToken) =>
        _agents[input.Agent].InvokeAsync(input.Request, context, cancellationToken);

    // A block ignores the end of a run that it did not have.
    async ValueTask ICommitHooks.OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        foreach (ICommitHooks hooks in _hooks)
        {
            await hooks.OnCommittedAsync(context, cancellationToken);
        }
    }

    async ValueTask ICommitHooks.OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
    {
        foreach (ICommitHooks hooks in _hooks)
        {
            await hooks.OnTerminatedAsync(context, cancellationToken);
        }
    }

    public override string ToString() => string.Join(", ", _agents.Keys);
}
