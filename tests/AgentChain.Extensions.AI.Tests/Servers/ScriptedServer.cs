using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenAI;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>An OpenAI-compatible server on a real socket of this machine, whose answers are scripts.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 });
    readonly WebApplication _server;
    readonly Func<ServerCall, Task>[] _scripts;
    readonly List<ServerCall> _calls = [];
    TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ScriptedServer(WebApplication server, Func<ServerCall, Task>[] scripts) => (_server, _scripts) = (server, scripts);

    /// <summary>Gets the address that a client takes as its endpoint.</summary>
    public Uri Endpoint => new(
        _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1");

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
    public static async Task<ScriptedServer> StartAsync(params Func<ServerCall, Task>[] scripts)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication web = builder.Build();
        var server = new ScriptedServer(web, scripts);
        web.MapPost("/v1/chat/completions", server.AnswerAsync);
        await web.StartAsync();
        return server;
    }

    /// <summary>
    /// Creates the official client of such a server. It does not repeat a refused request, and closes the connection of an answer that is
    /// left; by default, it would read on for up to two seconds, so that the connection can serve again.
    /// </summary>
    public IChatClient Client(string model = "small")
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = Endpoint,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(_http),
        };
        return new OpenAIClient(new ApiKeyCredential("none"), options).GetChatClient(model).AsIChatClient();
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

            await came.WaitAsync(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerCall call in Calls)
        {
            call.LetGo();
        }

        await _server.DisposeAsync();
        _http.Dispose();
    }

    async Task AnswerAsync(HttpContext context)
    {
        ServerCall call = await ServerCall.ReadAsync(context);
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
