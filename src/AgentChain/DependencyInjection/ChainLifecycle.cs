using Microsoft.Extensions.Hosting;

namespace AgentChain.DependencyInjection;

/// <summary>
/// Warms up chains before the host's services start, and drains them after those services have stopped. A service that feeds a chain
/// therefore never finds it cold or draining.
/// </summary>
sealed class ChainLifecycle(IServiceProvider services, IEnumerable<ChainRegistration> registrations, IEnumerable<WarmUpInputs> warmUps) : IHostedLifecycleService
{
    readonly ChainRegistration[] _chains = [.. registrations];
    readonly WarmUpInputs[] _warmUps = [.. warmUps];
    int _warm;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_warmUps.FirstOrDefault(w => !_chains.Any(c => string.Equals(c.Name, w.Chain, StringComparison.OrdinalIgnoreCase))) is { } lost)
        {
            throw new InvalidOperationException(
                $"AddAgentChainWarmUp names the chain '{lost.Chain}', which is not registered; the registered chains are: {string.Join(", ", _chains.Select(c => c.Name))}.");
        }

        UnknownSections.Warn(services, _chains);
        foreach (ChainRegistration chain in _chains)
        {
            await chain.WarmUpAsync(services, cancellationToken).ConfigureAwait(false);
            _warm++;
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // Only chains that warmed up: resolving a chain that failed to start could build it, and throw again.
        for (; _warm > 0; _warm--)
        {
            await _chains[_warm - 1].DrainAsync(services, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
