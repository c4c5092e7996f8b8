using Microsoft.Extensions.DependencyInjection;

namespace AgentChain.DependencyInjection;

/// <summary>A registered chain of any types.</summary>
abstract class ChainRegistration(string name)
{
    public string Name { get; } = name;

    public abstract ValueTask WarmUpAsync(IServiceProvider services, CancellationToken cancellationToken);

    public abstract ValueTask DrainAsync(IServiceProvider services, CancellationToken cancellationToken);
}
