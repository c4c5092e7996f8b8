using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote;

/// <summary>Describes a <see cref="ChatServer"/>: where it is, what it is, and how much it is given to do at once. Immutable.</summary>
[DebuggerDisplay("{Name,nq} ({Kind})")]
public sealed record ChatServerOptions
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name of the server's device, unique within a scheduler, such as <c>vllm-1</c>.</param>
    /// <param name="endpoint">
    /// The address up to and with the version, such as <c>http://gpu-1:8000/v1</c>, to which <c>/chat/completions</c> is added;
    /// for Triton, that of gRPC, such as <c>http://gpu-1:8001</c>.
    /// </param>
    /// <param name="model">The name of the model that the server is asked for.</param>
    public ChatServerOptions(string name, Uri endpoint, string model) => (Name, Endpoint, Model) = (name, endpoint, model);

    /// <summary>Gets the name of the server's device, unique within a scheduler.</summary>
    public string Name { get; init; }

    /// <summary>
    /// Gets the address up to and with the version. A query stays at the end of what is asked; a user name or a password is refused.
    /// </summary>
    public Uri Endpoint { get; init; }

    /// <summary>Gets the name of the model that the server is asked for.</summary>
    public string Model { get; init; }

    /// <summary>Gets the program behind the endpoint.</summary>
    /// <value>The default is <see cref="ChatServerKind.OpenAI"/>, with which only the common fields are sent.</value>
    public ChatServerKind Kind { get; init; }

    /// <summary>Gets the callback that makes a prompt of messages, up to where the answer begins: the template of the model.</summary>
    /// <value>Needed for <see cref="ChatServerKind.Triton"/>, and not used for the others. It must be thread-safe.</value>
    public Func<IReadOnlyList<ChatMessage>, string>? Prompt { get; init; }

    /// <summary>Gets the number of requests that the server is sent at once; further ones wait here, committed ones first.</summary>
    /// <value>At least 1. The default is 16.</value>
    public int MaxRequests { get; init; } = 16;

    /// <summary>Gets the key that is sent as a bearer token.</summary>
    /// <value>Visible ASCII characters. <see langword="null"/> by default: none.</value>
    public string? ApiKey { get; init; }

    /// <summary>Gets which of two priority numbers the server serves first.</summary>
    /// <value><see langword="null"/> for that of <see cref="Kind"/>. <see cref="ChatServer.TestPriorityAsync"/> finds it out.</value>
    public PriorityOrder? PriorityOrder { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the server can go on with a text that another one began
    /// (<c>continue_final_message</c>), which <see cref="ServerFailover.Resume"/> needs.
    /// </summary>
    /// <value><see langword="null"/> for that of <see cref="Kind"/>: vLLM, SGLang and llama.cpp can.</value>
    public bool? ContinuesText { get; init; }

    /// <summary>Gets the path that answers if the server is well, from the root of the server, such as <c>/health</c>.</summary>
    /// <value><see langword="null"/> for that of <see cref="Kind"/>: <c>/health</c>, or the list of models for any other server.</value>
    public string? HealthPath { get; init; }

    /// <summary>Gets how long a server that shed a request gets no others, if it does not say so itself.</summary>
    /// <value>More than zero. The default is 1 s.</value>
    public TimeSpan ShedDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the time from the loss of a server to the first probe. It doubles with each probe that is not answered.</summary>
    /// <value>More than zero. The default is 250 ms.</value>
    public TimeSpan ProbeDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the longest time between two probes of a server that is gone.</summary>
    /// <value>At least <see cref="ProbeDelay"/>. The default is 10 s.</value>
    public TimeSpan MaxProbeDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time within which a probe must be answered, and a connection made.</summary>
    /// <value>More than zero. The default is 2 s.</value>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the names of the headers that tell the server how much of the turn's budget is left: constants of the class of this name.</summary>
    /// <value>
    /// <see langword="null"/> for those of <see cref="Kind"/>: <see cref="AgentChain.DeadlineHeaders.RayServe"/>, and for Dynamo also
    /// <see cref="AgentChain.DeadlineHeaders.Dynamo"/>; Triton is always sent its parameter. Empty for none.
    /// </value>
    public IReadOnlyList<string>? DeadlineHeaders { get; init; }

    /// <summary>Gets a callback that changes each request before it is sent, for example to add headers.</summary>
    /// <value><see langword="null"/> by default. It is not called for <see cref="ChatServerKind.Triton"/>. It must be quick and thread-safe. An exception fails the turn.</value>
    public Action<HttpRequestMessage, BlockContext>? OnRequest { get; init; }

    /// <summary>Gets the handler that sends the requests. It is not disposed with the server.</summary>
    /// <value>
    /// <see langword="null"/> for one of the server's own, which closes the connection of an answer that is left. A handler of the host that
    /// reads such answers to their end delays the server's notice of a cancellation: set <c>MaxResponseDrainSize</c> to 0.
    /// </value>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Gets the clock of the delays and probes.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Returns the name, the kind and the address. The key is left out.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"{Name} ({Kind}) at {Endpoint}";

    internal ChatServerOptions Check()
    {
        OptionCheck.Name(Name, "ChatServerOptions.Name");
        string of = $"Server '{Name}': ChatServerOptions.";
        ArgumentNullException.ThrowIfNull(Endpoint, of + nameof(Endpoint));
        ServerAddress.Check(Endpoint, of + nameof(Endpoint));
        OptionCheck.Name(Model, of + nameof(Model));
        OptionCheck.Defined(Kind, of + nameof(Kind));
        if (Kind == ChatServerKind.Triton && Prompt is null)
        {
            throw new ArgumentException($"{of}Prompt is null; a server of the kind Triton needs it, because it reads prompts and not messages.");
        }

        ServerAddress.CheckKey(ApiKey, of + nameof(ApiKey));
        OptionCheck.Within(MaxRequests, 1, 10_000, of + nameof(MaxRequests));
        OptionCheck.Positive(ShedDelay, of + nameof(ShedDelay));
        OptionCheck.Positive(ProbeDelay, of + nameof(ProbeDelay));
        OptionCheck.Positive(ProbeTimeout, of + nameof(ProbeTimeout));
        OptionCheck.NotNull(Time, of + nameof(Time));
        foreach (string header in DeadlineHeaders is null ? [] : OptionCheck.NoNulls(DeadlineHeaders, of + nameof(DeadlineHeaders)))
        {
            // Throws, with the list of the right ones.
            AgentChain.DeadlineHeaders.Format(header, Timeout.InfiniteTimeSpan);
        }

        if (OnRequest is not null)
        {
            OptionCheck.NotAsyncVoid(OnRequest, of + nameof(OnRequest));
        }

        if (PriorityOrder is { } order)
        {
            OptionCheck.Defined(order, of + nameof(PriorityOrder));
        }

        return MaxProbeDelay >= ProbeDelay
            ? this with
            {
                ShedDelay = TimerLimit.Of(ShedDelay),
                ProbeDelay = TimerLimit.Of(ProbeDelay),
                MaxProbeDelay = TimerLimit.Of(MaxProbeDelay),
                ProbeTimeout = TimerLimit.Of(ProbeTimeout),
            }
            : throw OptionCheck.OutOfRange(of + nameof(MaxProbeDelay), MaxProbeDelay, "it must be at least the ProbeDelay.");
    }
}
