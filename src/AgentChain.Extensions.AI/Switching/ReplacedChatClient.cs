using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Represents a client that a <see cref="ChatClientSwitch"/> no longer gives to new requests. Thread-safe.</summary>
public sealed class ReplacedChatClient
{
    readonly SwitchedClient _target;

    internal ReplacedChatClient(SwitchedClient target) => _target = target;

    /// <summary>Gets the client.</summary>
    public IChatClient Client => _target.Client;

    /// <summary>Waits until the requests and leases that began on the client have ended. After that, it can be disposed.</summary>
    /// <param name="cancellationToken">The token that ends the wait; the requests go on.</param>
    /// <returns>A task that completes when this switch does not use the client anymore.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Task WhenDrainedAsync(CancellationToken cancellationToken = default) => _target.Drained.WaitAsync(cancellationToken);
}
