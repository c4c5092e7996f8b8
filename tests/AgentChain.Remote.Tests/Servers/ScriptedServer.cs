using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>A chat server of some kind on a real socket of this machine, whose answers are scripts. It can go away and come back.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    readonly Func<ServerCall, Task>[] _scripts;
    readonly List<ServerCall> _calls = [];
    WebApplication _web;
    TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _probes;

    ScriptedServer(ChatServerKind kind, WebApplication web, Func<ServerCall, Task>[] scripts) => (Kind, _web, _scripts) = (kind, web, scripts);

    public ChatServerKind Kind { get; }

    /// <summary>Gets the status that probes are answered with.</summary>
    public int HealthStatus { get; set; } = 200;

    public int Probes => Volatile.Read(ref _probes);

    public Uri Root { get; private set; } = null!;

    /// <summary>Gets the requests so far.</summary>
    public IReadOnlyList<ServerCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Starts a server. Each request is answered by the next script, and all later ones by the last.</summary>
    public static async Task<ScriptedServer> StartAsync(ChatServerKind kind, params Func<ServerCall, Task>[] scripts)
    {
        var server = new ScriptedServer(kind, Web(kind, "http://127.0.0.1:0"), scripts);
        await server.ListenAsync();
        server.Root = new(server._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>Creates the device of this server.</summary>
    public ChatServer Device(string name, Func<ChatServerOptions, ChatServerOptions>? change = null)
    {
        var options = new ChatServerOptions(name, new Uri(Root, "/v1"), "small")
        {
            Kind = Kind,
            Prompt = TensorCall.PromptOf,
            ProbeTimeout = 30.Seconds(),
            ProbeDelay = 60.Seconds(),
            MaxProbeDelay = 60.Seconds(),
        };
        return new ChatServer(change?.Invoke(options) ?? options);
    }

    /// <summary>Waits for a request.</summary>
    public async Task<ServerCall> CallAsync(int index)
    {
        while (true)
        {
            Task came = Volatile.Read(ref _came).Task;
            if (Calls is { } calls && calls.Count > index)
            {
                return calls[index];
            }

            await came.WaitAsync(Ask.Patience);
        }
    }

    /// <summary>Cuts all connections and stops to listen.</summary>
    public async Task GoAwayAsync()
    {
        foreach (ServerCall call in Calls)
        {
            call.Cut();
            call.LetGo();
        }

        await _web.DisposeAsync();
    }

    /// <summary>Listens at the same address again.</summary>
    public async Task ComeBackAsync()
    {
        _web = Web(Kind, Root.GetLeftPart(UriPartial.Authority));
        await ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerCall call in Calls)
        {
            call.LetGo();
        }

        await _web.DisposeAsync();
    }

    static WebApplication Web(ChatServerKind kind, string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.WebHost.ConfigureKestrel(o => o.ConfigureEndpointDefaults(
            endpoint => endpoint.Protocols = kind == ChatServerKind.Triton ? HttpProtocols.Http2 : HttpProtocols.Http1));
        return builder.Build();
    }

    Task ListenAsync()
    {
        _web.MapPost("/v1/chat/completions", AnswerAsync);
        _web.MapPost("/inference.GRPCInferenceService/ModelStreamInfer", AnswerAsync);
        _web.MapPost("/inference.GRPCInferenceService/ModelReady", context =>
        {
            Interlocked.Increment(ref _probes);
            return TensorCall.ReadyAsync(context, HealthStatus == 200);
        });
        _web.MapGet(Kind == ChatServerKind.OpenAI ? "/v1/models" : "/health", () =>
        {
            Interlocked.Increment(ref _probes);
            return Results.StatusCode(HealthStatus);
        });
        return _web.StartAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        ServerCall call = await ServerCall.ReadAsync(this, context);
        int count;
        lock (_calls)
        {
            _calls.Add(call);
            count = _calls.Count;
        }

        Interlocked.Exchange(ref _came, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        await call.RunAsync(_scripts[Math.Min(count, _scripts.Length) - 1]);
    }
}
