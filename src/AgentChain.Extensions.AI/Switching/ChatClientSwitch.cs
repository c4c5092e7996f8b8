using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Represents a chat client whose target can be replaced while chains run. A request ends on the client on which it began; the next one
/// goes to the new client. Thread-safe.
/// <code>
/// request 1   [ old ............. ]            Replace(new): 1. new requests go to the new client
/// Replace            |                                       2. the old one drains
/// request 2               [ new ...... ]       WhenDrainedAsync completes at the end of request 1
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// A block that sends one request in each turn, such as <see cref="ChatClientBlock"/>, thus ends its turn on the old client. Put middleware
/// that sends several requests, such as function invocation, into the target and not around the switch. A block that sends several requests
/// itself takes a lease for them (<see cref="Lease"/>).
/// </para>
/// <para>
/// The clients belong to the host: neither <see cref="Replace"/> nor <see cref="Dispose"/> disposes them.
/// </para>
/// </remarks>
public sealed class ChatClientSwitch : IChatClient
{
    readonly Lock _lock = new();
    readonly Func<IChatClient?>? _configured;
    SwitchedClient _current;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="client">The first target.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
    public ChatClientSwitch(IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _current = new SwitchedClient(client);
    }

    /// <summary>Initializes a switch that asks before each request whether the configuration names another client.</summary>
    internal ChatClientSwitch(IChatClient client, Func<IChatClient?> configured)
        : this(client) => _configured = configured;

    /// <summary>Gets the client to which the next request goes.</summary>
    public IChatClient Current => Follow().Client;

    /// <summary>Sends all further requests to another client.</summary>
    /// <param name="client">The new target. It may already serve other switches.</param>
    /// <returns>The old target, on which requests may still run.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="client"/> is already the target, or it is or contains this switch.</exception>
    public ReplacedChatClient Replace(IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (ReferenceEquals(client.GetService(typeof(ChatClientSwitch)), this))
        {
            throw new ArgumentException("The client contains the switch itself, so a request would never end. Pass the client of a model.", nameof(client));
        }

        lock (_lock)
        {
            SwitchedClient old = _current;
            if (ReferenceEquals(old.Client, client))
            {
                throw new ArgumentException("The client is the target already; there is nothing to replace.", nameof(client));
            }

            // 1. before 2., so that a request that finds the old one retired finds the new one.
            Volatile.Write(ref _current, new SwitchedClient(client));
            old.Retire();
            return new ReplacedChatClient(old);
        }
    }

    /// <summary>
    /// Holds on to the current client for several requests that must reach the same one, such as the rounds of an agent's turn.
    /// </summary>
    /// <returns>The lease. Dispose it when the last request has ended: until then, the client does not count as drained.</returns>
    public ChatClientLease Lease()
    {
        while (true)
        {
            SwitchedClient target = Follow();
            if (target.TryEnter())
            {
                return new ChatClientLease(target);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        using ChatClientLease lease = Lease();
        return await (lease.Client.GetResponseAsync(messages, options, cancellationToken) ?? throw Null(lease.Client, "GetResponseAsync"));
    }

    /// <inheritdoc/>
    /// <remarks>The request begins with its enumeration; that decides which client it reaches.</remarks>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(messages, options, cancellationToken);

    /// <summary>Returns this switch, or what the current client returns.</summary>
    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : Current.GetService(serviceType, serviceKey);
    }

    /// <summary>Has no effect: the clients belong to the host.</summary>
    public void Dispose()
    {
    }

    async IAsyncEnumerable<ChatResponseUpdate> RunAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HostThread.Leave();
        using ChatClientLease lease = Lease();
        IAsyncEnumerable<ChatResponseUpdate> updates = lease.Client.GetStreamingResponseAsync(messages, options, cancellationToken)
            ?? throw Null(lease.Client, "GetStreamingResponseAsync");
        await foreach (ChatResponseUpdate update in updates.WithCancellation(cancellationToken))
        {
            yield return update;
            HostThread.Leave();
        }
    }

    SwitchedClient Follow()
    {
        if (_configured?.Invoke() is { } configured && !ReferenceEquals(configured, Volatile.Read(ref _current).Client))
        {
            Replace(configured);
        }

        return Volatile.Read(ref _current);
    }

    static ChatClientException Null(IChatClient client, string method) => new(
        client.GetType().Name,
        $"The chat client '{client.GetType().Name}' returned null from {method}, which no client may do. Report it to the client's authors, or use another client.");
}
