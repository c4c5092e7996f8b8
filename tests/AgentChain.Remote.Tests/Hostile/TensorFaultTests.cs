using AgentChain.Devices;
using AgentChain.Remote.Tensors;
using AgentChain.Remote.Tests.Servers;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Servers of tensors that break gRPC, or send what is not text.</summary>
public sealed class TensorFaultTests
{
    [Theory]
    [InlineData("type", "'text_output' is of the type FP32, and not BYTES")]
    [InlineData("name", "no output is named 'text_output', but 'OUTPUT0'")]
    [InlineData("shape", "'text_output' has the shape [2, 2], but 1 text")]
    [InlineData("negative shape", "'text_output' has the shape [-1, -1], but 1 text")]
    [InlineData("huge shape", "'text_output' has the shape [4294967296, 4294967296], but 1 text")]
    [InlineData("raw too short", "the contents of 'text_output' end within a text")]
    [InlineData("raw cut", "the contents of 'text_output' end within a text")]
    [InlineData("raw negative", "the contents of 'text_output' end within a text")]
    [InlineData("raw of another", "'text_output' has no contents")]
    [InlineData("NaN", "'text_output' is of the type FP32, and not BYTES")]
    public async Task Ask_ResponseIsNotText_TheErrorTells(string fault, string told)
    {
        ModelInferResponse response = RawTensors.Text([1], ByteString.CopyFromUtf8("good day"));
        ModelInferResponse.Types.InferOutputTensor tensor = response.Outputs[0];
        switch (fault)
        {
            case "type":
                tensor.Datatype = "FP32";
                break;
            case "name":
                tensor.Name = "OUTPUT0";
                break;
            case "shape":
                tensor.Shape[0] = 2;
                tensor.Shape.Add(2);
                break;
            case "negative shape":
                tensor.Shape[0] = -1;
                tensor.Shape.Add(-1);
                break;
            case "huge shape":
                tensor.Shape[0] = 1L << 32;
                tensor.Shape.Add(1L << 32);
                break;
            case "raw too short":
                response.RawOutputContents.Add(ByteString.CopyFrom(8, 0, 0, 0, 65));
                break;
            case "raw cut":
                response.RawOutputContents.Add(ByteString.CopyFrom(8, 0));
                break;
            case "raw negative":
                response.RawOutputContents.Add(ByteString.CopyFrom(255, 255, 255, 255, 65));
                break;
            case "raw of another":
                response.Outputs.Insert(0, new ModelInferResponse.Types.InferOutputTensor { Name = "other", Datatype = "BYTES", Shape = { 1 } });
                response.RawOutputContents.Add(ByteString.CopyFrom(1, 0, 0, 0, 65));
                break;
            case "NaN":
                tensor.Datatype = "FP32";
                response.RawOutputContents.Add(ByteString.CopyFrom(BitConverter.GetBytes(float.NaN)));
                break;
        }

        await using RawTensors server = await RawTensors.AnswerAsync(response);
        await FailsAsync(server, told, ServerHealth.Healthy);
    }

    [Theory]
    [InlineData(new long[] { 2 }, "good ", "day")]
    [InlineData(new long[] { 1, 1 }, "good day")]
    [InlineData(new long[0], "good day")]
    public async Task Ask_TextsOfAnyShape_AreReadWhole(long[] shape, params string[] texts)
    {
        await using RawTensors server = await RawTensors.AnswerAsync(RawTensors.Text(shape, [.. texts.Select(ByteString.CopyFromUtf8)]));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("good day", await chain.AskAsync());
    }

    [Theory]
    [InlineData("no status", "answered with Cancelled")]
    [InlineData("status of letters", "does not keep to the KServe v2 protocol")]
    [InlineData("unknown status", "answered with 99")]
    [InlineData("no final response", "ended without the parameter triton_final_response")]
    [InlineData("no response", "ended without the parameter triton_final_response")]
    [InlineData("reset", "connection broke", ServerHealth.Unavailable)]
    [InlineData("abort", "connection broke", ServerHealth.Unavailable)]
    [InlineData("web page", "answered with")]
    [InlineData("large", "is larger than allowed")]
    [InlineData("not protobuf", "does not keep to the KServe v2 protocol")]
    [InlineData("compressed", "answered with Unimplemented")]
    [InlineData("our message is large", "Another server would too")]
    public async Task Ask_ServerBreaksGrpc_TheErrorTells(string fault, string told, ServerHealth health = ServerHealth.Healthy)
    {
        await using RawTensors server = await RawTensors.StartAsync(context => BreakAsync(context, fault));
        await FailsAsync(server, told, fault.StartsWith("no ", StringComparison.Ordinal) && fault != "no status" ? ServerHealth.Unavailable : health);
    }

    [Fact]
    public async Task Ask_TimeInTheQueueIsOver_IsShed()
    {
        await using RawTensors server = await RawTensors.StartAsync(async context =>
        {
            await TensorCall.ReadMessageAsync(context);
            await TensorCall.WriteMessageAsync(context, new ModelStreamInferResponse { ErrorMessage = "[request id: 1] Request timeout expired" });
            RawTensors.End(context, "0");
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerShedException>();
    }

    [Fact]
    public async Task Ask_ServerWasDisposed_SaysSo()
    {
        await using RawTensors server = await RawTensors.AnswerAsync(RawTensors.Text([1], ByteString.Empty));
        ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        one.Dispose();
        Assert.Contains("Dispose a ChatServer after its chains", (await chain.FailAsync<ServerException>()).Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (devices.OpenLeases, one.State.Requests));
    }

    static async Task BreakAsync(HttpContext context, string fault)
    {
        await TensorCall.ReadMessageAsync(context);
        switch (fault)
        {
            case "no status":
                await RawTensors.SayAsync(context, "one");
                break;
            case "status of letters":
                RawTensors.End(context, "fine");
                break;
            case "unknown status":
                RawTensors.End(context, "99", "%ZZ%");
                break;
            case "no final response":
                await RawTensors.SayAsync(context, "one");
                RawTensors.End(context, "0");
                break;
            case "no response":
                RawTensors.End(context, "0");
                break;
            case "reset":
                await RawTensors.SayAsync(context, "one");
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(2);
                break;
            case "abort":
                context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
                break;
            case "web page":
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<html>");
                break;
            case "large":
                await RawTensors.SayAsync(context, new string('x', 5_000_000));
                break;
            case "not protobuf":
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 3, 255, 255, 255 });
                RawTensors.End(context, "0");
                break;
            case "compressed":
                context.Response.Headers["grpc-encoding"] = "zip";
                await context.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 3, 255, 255, 255 });
                RawTensors.End(context, "0");
                break;
            default:
                RawTensors.End(context, "8", "Received message larger than max (5 vs. 4)");
                break;
        }
    }

    static async Task FailsAsync(RawTensors server, string told, ServerHealth health)
    {
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ServerException error = await chain.FailAsync<ServerException>();
        Assert.True(error.Message.Contains(told, StringComparison.Ordinal), error.ToString());
        Assert.Equal((health, 0, 0), (one.Health, devices.OpenLeases, one.State.Requests));
        await Ask.UntilAsync(() => server.Running == 0);
    }
}
