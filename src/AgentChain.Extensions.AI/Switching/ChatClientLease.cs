using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Represents the use of the current client of a <see cref="ChatClientSwitch"/> for several requests that must reach the same client, such
/// as those of one turn. The client counts as in use until the lease is disposed. Thread-safe.
/// </summary>
public sealed class ChatClientLease : IDisposable
{
    readonly SwitchedClient _target;
    int _disposed;

    internal ChatClientLease(SwitchedClient target) => _target = target;

    /// <summary>Gets the client. Do not dispose it, and do not use it after the lease.</summary>
    public IChatClient Client => _target.Client;

    /// <summary>Ends the use. Calling it again has no effect.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _target.Leave();
        }
    }
}
