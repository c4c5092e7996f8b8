using AgentChain.Remote.Tensors;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>A server of tensors whose answers are scripts, from the trailers to the bytes of the messages.</summary>
sealed class RawTensors : IAsyncDisposable
{
    readonly WebApplication _web;
    int _running;

    RawTensors(WebApplication web) => _web = web;

    /// <summary>Gets the number of requests that the server still answers.</summary>
    public int Running => Volatile.Read(ref _running);

    public Uri Root => new(_web.Urls.Single());

    public static async Task<RawTensors> StartAsync(Func<HttpContext, Task> script)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(o => o.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var server = new RawTensors(builder.Build());
        server._web.MapPost("/inference.GRPCInferenceService/ModelReady", context => TensorCall.ReadyAsync(context, ready: true));
        server._web.MapPost("/inference.GRPCInferenceService/ModelStreamInfer", async context =>
        {
            Interlocked.Increment(ref server._running);
            try
            {
                context.Response.ContentType = "application/grpc";
                await script(context);
            }
            catch (OperationCanceledException)
            {
                // The client is gone.
            }
            finally
            {
                Interlocked.Decrement(ref server._running);
            }
        });
        await server._web.StartAsync();
        return server;
    }

    /// <summary>Starts a server that sends a response for each request, and says that all went well.</summary>
    public static Task<RawTensors> AnswerAsync(ModelInferResponse response) => StartAsync(async context =>
    {
        await TensorCall.ReadMessageAsync(context);
        await TensorCall.WriteMessageAsync(context, new ModelStreamInferResponse { InferResponse = response });
        await FinishAsync(context);
        End(context, "0");
    });

    public static Task SayAsync(HttpContext context, string text) =>
        TensorCall.WriteMessageAsync(context, new ModelStreamInferResponse { InferResponse = Text([1], ByteString.CopyFromUtf8(text)) });

    public static Task FinishAsync(HttpContext context) => TensorCall.WriteMessageAsync(context, new ModelStreamInferResponse
    {
        InferResponse = new() { Parameters = { ["triton_final_response"] = new() { BoolParam = true } } },
    });

    public static void End(HttpContext context, string status, string? message = null)
    {
        context.Response.AppendTrailer("grpc-status", status);
        if (message is not null)
        {
            context.Response.AppendTrailer("grpc-message", message);
        }
    }

    public static ModelInferResponse Text(long[] shape, params ByteString[] texts) => new()
    {
        Outputs =
        {
            new ModelInferResponse.Types.InferOutputTensor
            {
                Name = "text_output", Datatype = "BYTES", Shape = { shape }, Contents = new() { BytesContents = { texts } },
            },
        },
    };

    /// <summary>Creates the device of this server.</summary>
    public ChatServer Device(string name) => new(new ChatServerOptions(name, Root, "small")
    {
        Kind = ChatServerKind.Triton,
        Prompt = TensorCall.PromptOf,
        ProbeTimeout = 30.Seconds(),
        ProbeDelay = 60.Seconds(),
        MaxProbeDelay = 60.Seconds(),
        MaxRequests = 4,
    });

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
