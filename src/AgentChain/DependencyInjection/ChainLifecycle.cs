using Microsoft.Extensions.Hosting;

namespace AgentChain.DependencyInjection;

/// <summary>
/// Warms chains up before the host's services start, and drains them after those have stopped: a service that feeds a chain
/// neither meets a cold one nor one that turns it away.
/// </summary>
sealed class ChainLifecycle(IServiceProvider services, IEnumerable<ChainRegistration> registrations) : IHostedLifecycleService
{
    readonly ChainRegistration[] _chains = [.. registrations];
    int _warm;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (ChainRegistration chain in _chains)
        {
            await chain.WarmUpAsync(services, cancellationToken).ConfigureAwait(false);
            _warm++;
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // Those that could not start were perhaps never built, and building one to drain it could throw again.
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
