using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using AgentChain.Devices;
using AgentChain.Remote.Tensors;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote;

/// <summary>
/// Represents an OpenAI-compatible chat server as a device: it takes a number of requests at once, it can go away and come back, and what it
/// answers tells how busy it is and what it has in its cache. Thread-safe; share one instance between the chains that use the server.
/// </summary>
/// <remarks>
/// Give <see cref="Device"/> to the chain's device scheduler, and the server to a <see cref="ChatServerBlock"/>. Dispose it after the
/// chains.
/// </remarks>
[DebuggerDisplay("{Name,nq} ({Health})")]
public sealed class ChatServer : IDisposable
{
    static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(10);

    // Uvicorn, which vLLM and SGLang run on, closes a connection after 5 s without a request. A request that crosses that would look lost.
    static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(4);

    const int LongRequest = 1 << 20;

    readonly ServerGate _gate;
    readonly CancellationTokenSource _disposing = new();
    readonly Uri _chat;
    readonly Uri _health;
    int _requests;
    bool _isDisposed;
    volatile bool _refusesPriority;

    /// <summary>The order that a test has found, or the one to begin with.</summary>
    volatile int _order;

    /// <summary>Initializes a new instance. No connection is made.</summary>
    /// <param name="options">The description of the server.</param>
    /// <exception cref="ArgumentException">An option is invalid. The message names the server, the option and its value.</exception>
    public ChatServer(ChatServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options = options.Check();
        (_chat, _health) = (ServerDialect.ChatOf(options), ServerDialect.HealthOf(options));
        _order = (int)(options.PriorityOrder ?? ServerDialect.OrderOf(options.Kind));
        Disposed = _disposing.Token;
        _gate = new ServerGate(options, () => _ = ProbeAsync());
        Estimates = new ServerEstimates(options.Time);
        Http = new HttpClient(options.Handler ?? Own(options), disposeHandler: options.Handler is null) { Timeout = Timeout.InfiniteTimeSpan };
        Channel = options.Kind == ChatServerKind.Triton
            ? GrpcChannel.ForAddress(options.Endpoint.GetLeftPart(UriPartial.Authority), new GrpcChannelOptions { HttpClient = Http, MaxRetryAttempts = 1 })
            : null;
        Tensors = Channel is null ? null : new GRPCInferenceService.GRPCInferenceServiceClient(Channel);
        Device = new ComputeDevice(options.Name, DeviceKind.Remote)
        {
            Description = $"{options.Kind} with {options.Model}",
            Lanes = options.MaxRequests,
            MaxLeases = options.MaxRequests,
        };
    }

    /// <summary>Gets the name of the server, which is that of its device.</summary>
    public string Name => Options.Name;

    /// <summary>Gets the device for the chain's scheduler. Its leases are the requests that the server is sent at once.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Gets whether the server is asked.</summary>
    public ServerHealth Health => _gate.Health;

    /// <summary>Gets which of two priority numbers the server serves first, as far as is known.</summary>
    /// <value>
    /// <see cref="PriorityOrder.None"/> if it ignores them, or has refused one: then none is sent anymore.
    /// </value>
    public PriorityOrder PriorityOrder => _refusesPriority ? PriorityOrder.None : (PriorityOrder)_order;

    /// <summary>Gets what the server's answers tell about it now.</summary>
    public ChatServerState State
    {
        get
        {
            (long prompt, long cached) = Estimates.Tokens;
            return new()
            {
                Health = Health,
                LastFailure = _gate.LastFailure,
                Requests = Requests,
                Load = Load,
                ShedFor = ShedFor,
                TimeToFirstText = Estimates.FirstText,
                CachedShare = Estimates.CachedShare,
                PromptTokens = prompt,
                CachedTokens = cached,
                Answers = Estimates.Answers,
            };
        }
    }

    internal ChatServerOptions Options { get; }

    internal HttpClient Http { get; }

    GrpcChannel? Channel { get; }

    /// <summary>The client of a server that reads tensors; null for one that reads messages.</summary>
    internal GRPCInferenceService.GRPCInferenceServiceClient? Tensors { get; }

    /// <summary>The token that is canceled when the server is disposed.</summary>
    internal CancellationToken Disposed { get; }

    internal ServerEstimates Estimates { get; }

    internal int Requests => Volatile.Read(ref _requests);

    internal double Load => (double)Requests / Options.MaxRequests;

    internal TimeSpan ShedFor => _gate.ShedFor;

    internal bool IsOpen => _gate.IsOpen;

    internal Task? Trial => _gate.Trial;

    internal bool ContinuesText => Options.ContinuesText ?? ServerDialect.ContinuesText(Options.Kind);

    /// <summary>
    /// Asks the server whether it is well. One that was gone is also asked for one token, because its engine can be dead behind an HTTP
    /// server that is well; if it answers, it gets requests again.
    /// </summary>
    /// <param name="cancellationToken">The token that cancels the probe.</param>
    /// <returns><see langword="true"/> if the server answered in time and without a failure of its own.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<bool> ProbeAsync(CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        bool answered = false;
        using var late = new CancellationTokenSource(Options.ProbeTimeout, Options.Time);
        using var own = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            answered = Tensors is null ? await AnswersAsync(own.Token).ConfigureAwait(false) : await IsReadyAsync(Tensors, own.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not reached, or not in time; the state tells.
        }

        _gate.Probed(answered);
        return answered && (Health == ServerHealth.Healthy || await TryAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Finds out which of two priority numbers the server serves first: fills it, bursts requests with a low and a high number in turns, and
    /// looks at which are answered first. Applies the result to this server. Call it while the server has nothing else to do.
    /// </summary>
    /// <param name="options">The size of the burst, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">The token that cancels the test.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ServerException">The server failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<PriorityReport> TestPriorityAsync(PriorityTestOptions? options = null, CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        PriorityOrder expected = (PriorityOrder)_order;
        PriorityReport report = await new PriorityTest(this, (options ?? new()).Check()).RunAsync(expected, cancellationToken)
            .ConfigureAwait(false);
        (_order, _refusesPriority) = ((int)report.Found, report.IsRefused);
        return report;
    }

    /// <summary>Stops the probes and closes the connections. Requests that are in flight fail, or go to another server.</summary>
    public void Dispose()
    {
        _gate.Dispose();
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            // The client alone would leave the answers that it still receives as they are.
            _disposing.Cancel();
            _disposing.Dispose();
        }

        Channel?.Dispose();
        Http.Dispose();
    }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() =>
        OptionCheck.Text($"{Name} ({Options.Kind}): {Health}, {Requests} of {OptionCheck.Count(Options.MaxRequests, "request")}");

    /// <summary>Lets a request in, which must end with <see cref="Leave"/>.</summary>
    internal bool TryEnter(out int entry)
    {
        if (!_gate.TryEnter(out entry))
        {
            return false;
        }

        Interlocked.Increment(ref _requests);
        return true;
    }

    /// <summary>Ends a request.</summary>
    /// <param name="entry">The number of its entry.</param>
    /// <param name="failure">How the server failed; null if it did not.</param>
    /// <param name="answered">Whether it answered.</param>
    internal void Leave(int entry, ServerException? failure, bool answered)
    {
        Interlocked.Decrement(ref _requests);
        if (failure is not null)
        {
            _refusesPriority |= failure.Fault == ServerFault.PriorityRefused;
            _gate.Failed(entry, failure);
        }
        else if (answered)
        {
            _gate.Answered(entry);
        }
        else
        {
            _gate.Left(entry);
        }
    }

    /// <summary>Makes the message of a request.</summary>
    internal HttpRequestMessage Request(ChatBody body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.ChatBody));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, _chat) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        Authorize(request);
        if (Options.Handler is null)
        {
            UsedConnection.Watch(request);
        }

        // A server that refuses a long request says so before it is sent; one that closes the connection in its midst would look as if gone.
        request.Headers.ExpectContinue = content.Headers.ContentLength > LongRequest ? true : null;
        return request;
    }

    /// <summary>A server that refuses the path or the key is there; one that still loads its model says 503.</summary>
    async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _health);
        Authorize(request);
        using HttpResponseMessage response =
            await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode < 500 && (int)response.StatusCode != 429;
    }

    async Task<bool> IsReadyAsync(GRPCInferenceService.GRPCInferenceServiceClient client, CancellationToken cancellationToken) =>
        (await client.ModelReadyAsync(new() { Name = Options.Model }, Metadata, cancellationToken: cancellationToken).ConfigureAwait(false)).Ready;

    /// <summary>Asks a server that came back for one token, unless a turn has become its trial already.</summary>
    async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        if (Health != ServerHealth.Recovering || !TryEnter(out int entry))
        {
            return Health != ServerHealth.Unavailable;
        }

        (ServerException? failure, bool answered) = (null, false);
        using var late = new CancellationTokenSource(TrialTime, Options.Time);
        using var own = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var request = new ChatServerRequest([new ChatMessage(ChatRole.User, "Hello")]) { MaxOutputTokens = 1 };
            var clock = new AnswerClock(null, null, Options.Time, own.Token, Disposed);
            var question = new ServerQuestion(request, "", 0, null, Timeout.InfiniteTimeSpan);
            ChatAnswer answer = await ChatAnswer.OpenAsync(this, question, clock, null).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                // The first text tells; an answer that goes on and on must not keep the turns waiting.
                await answer.NextAsync().ConfigureAwait(false);
                answered = true;
            }
        }
        catch (ServerException error)
        {
            failure = error;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            failure = ServerErrors.Late(Name, TrialTime);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The host's template threw: the next turn is the trial, and tells.
        }
        finally
        {
            Leave(entry, failure, answered);
        }

        return answered || failure is { Fault: ServerFault.Shed or ServerFault.BadRequest };
    }

    /// <summary>The headers of a call.</summary>
    internal Metadata Metadata => Options.ApiKey is { } key ? new() { { "authorization", $"Bearer {key}" } } : [];

    void Authorize(HttpRequestMessage request) =>
        request.Headers.Authorization = Options.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;

    /// <summary>
    /// An answer that is left is not read to its end, so that its connection is closed at once and the server sees that no one listens.
    /// </summary>
    internal static SocketsHttpHandler Own(ChatServerOptions options) => UsedConnection.Watch(new SocketsHttpHandler
    {
        MaxResponseDrainSize = 0,
        ConnectTimeout = options.ProbeTimeout,
        PooledConnectionIdleTimeout = IdleTime,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
    });
}
