using System.Runtime.CompilerServices;
using AgentChain.Devices;

namespace AgentChain.Remote;

/// <summary>
/// Asks one of several chat servers and hands on the text of its answer while the server still writes. Thread-safe, as its servers are; one
/// instance remembers the servers of its conversations.
/// </summary>
/// <remarks>
/// <para>
/// Each request holds a lease of its server's device (<see cref="ChatServer.Device"/>, which the chain's scheduler must have), and is a
/// piece of work in the turn's report, under the name of the server. A request goes to the server of its conversation while that has room,
/// otherwise to the one that is expected to answer first.
/// </para>
/// <para>
/// When the turn ends early, the connection is closed at once, which tells the server to stop. A server that fails or sheds is replaced by
/// the next one, within the block's budget, as <see cref="ChatServerBlockOptions.Failover"/> allows. If none is left, the turn fails with a
/// <see cref="ServerShedException"/> if all of them shed, and otherwise with a <see cref="ServerException"/>.
/// </para>
/// <para>Add the block with the option <c>SendsOut()</c>, so that a chain that redacts does so upstream of it.</para>
/// </remarks>
public sealed class ChatServerBlock : IStreamBlock<ChatServerRequest, string>, IPrefill<ChatServerRequest>, IWarmUp, IHasInnerDevices
{
    readonly ChatServer[] _servers;
    readonly ChatServerBlockOptions _options;
    readonly ConversationPlaces _places;
    readonly ServerChoice _choice;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="servers">The servers, at least one. The caller disposes them after the chain.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">There is no server, two have the same name, or an option is invalid.</exception>
    public ChatServerBlock(IEnumerable<ChatServer> servers, ChatServerBlockOptions? options = null)
    {
        _servers = OptionCheck.NoNulls(servers, nameof(servers));
        if (_servers.Length == 0)
        {
            throw new ArgumentException("A ChatServerBlock has no servers; give it at least one.", nameof(servers));
        }

        if (_servers.GroupBy(server => server.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two servers are named '{twice.Key}'; give each server a unique name.", nameof(servers));
        }

        _options = (options ?? new()).Check();
        _places = new ConversationPlaces(_options.MaxConversations);
        _choice = new ServerChoice(_servers, _places);
    }

    /// <summary>Initializes a new instance with one server.</summary>
    /// <param name="server">The server. The caller disposes it after the chain.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public ChatServerBlock(ChatServer server, ChatServerBlockOptions? options = null)
        : this([server], options)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<InnerDevice> InnerDevices => [.. _servers.Select(server => new InnerDevice(server.Name, DeviceRequest.Named(server.Name)))];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request is invalid.</exception>
    /// <exception cref="ServerException">The servers failed, or shed. Thrown by the enumeration.</exception>
    public async IAsyncEnumerable<string> InvokeAsync(
        ChatServerRequest input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        //        ┌── failed, or shed: (3) ──┐
        //        v                          │
        //   (1) enter the next server ──────┴── (2) hand on what it says
        Check(input, context);
        var said = new SaidText();
        List<ServerException> failures = [];
        List<ChatServer> tried = [];
        while (true)
        {
            // (1)
            cancellationToken.ThrowIfCancellationRequested();
            if (_choice.Enter(input.Conversation, tried, goesOn: !said.IsEmpty) is not { } entry)
            {
                // A server that came back is on trial: the other requests wait for its outcome.
                Task trial = _choice.Trial(tried, goesOn: !said.IsEmpty) ?? throw NoneLeft(said, failures);
                await trial.WaitAsync(cancellationToken);
                continue;
            }

            ChatServer server = entry.Server;
            var visit = new ServerVisit(entry, input, context, _options);
            try
            {
                // (2)
                await visit.BeginAsync(said, cancellationToken);
                while (await visit.NextAsync() is { } piece)
                {
                    if (said.Add(piece) is { Length: > 0 } text)
                    {
                        yield return text;
                    }
                }
            }
            finally
            {
                await visit.EndAsync();
            }

            if (visit.Failure is not { } failure)
            {
                _places.Answered(input.Conversation, server, visit.Usage);
                yield break;
            }

            // (3)
            if (failure.Fault == ServerFault.PriorityRefused)
            {
                continue;
            }

            failures.Add(failure);
            tried.Add(server);
            if (failure.Fault == ServerFault.BadRequest || !MayGoOn(said))
            {
                throw failure;
            }

            if (input.MaxOutputTokens <= said.Pieces)
            {
                // The answer has its length already.
                yield break;
            }
        }
    }

    /// <summary>Has the server of the conversation, or the one that is expected to answer first, read the messages into its cache.</summary>
    /// <inheritdoc/>
    public async ValueTask PrefillAsync(ChatServerRequest input, BlockContext context, CancellationToken cancellationToken)
    {
        Check(input, context);
        if (_choice.Enter(input.Conversation, [], goesOn: false) is not { } entry)
        {
            return;
        }

        var visit = new ServerVisit(entry, input with { MaxOutputTokens = 1, Priority = RequestPriority.Low }, context, _options);
        try
        {
            await visit.BeginAsync(new SaidText(), cancellationToken);
            while (await visit.NextAsync() is not null)
            {
            }
        }
        finally
        {
            await visit.EndAsync();
        }

        if (visit.Failure is null)
        {
            _places.Answered(input.Conversation, entry.Server, visit.Usage);
        }
    }

    /// <summary>Asks each server whether it is well.</summary>
    /// <inheritdoc/>
    /// <exception cref="ServerException">None is.</exception>
    public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
    {
        bool[] well = await Task.WhenAll(_servers.Select(server => server.ProbeAsync(cancellationToken)));
        if (!well.Contains(true))
        {
            throw _choice.None([]);
        }
    }

    /// <summary>Returns the names of the servers.</summary>
    /// <returns>The names.</returns>
    public override string ToString() => string.Join(", ", _servers.Select(server => server.Name));

    static void Check(ChatServerRequest? input, BlockContext context)
    {
        ArgumentNullException.ThrowIfNull(input, $"Block '{context.BlockName}': input");
        input.Check(context.BlockName);
    }

    bool MayGoOn(SaidText said) => _options.Failover switch
    {
        ServerFailover.Never => false,
        ServerFailover.BeforeText => said.IsEmpty,
        _ => true,
    };

    /// <summary>One failure speaks for itself, and so does one after the first text.</summary>
    ServerException NoneLeft(SaidText said, List<ServerException> failures) =>
        failures.Count > 0 && (_servers.Length == 1 || !said.IsEmpty) ? failures[^1] : _choice.None(failures);
}
