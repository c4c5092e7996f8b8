using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentChain.Remote.Tensors;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace AgentChain.Remote.Tests.Servers;

/// <summary>A request to a server of tensors: messages of Protocol Buffers over HTTP/2, each after its length, and the status at the end.</summary>
sealed class TensorCall : ServerCall
{
    const string Answer = "\nassistant: ";

    readonly string _prompt;
    bool _refused;

    TensorCall(ScriptedServer server, HttpContext context, JsonElement request, string prompt)
        : base(server, context, request)
    {
        _prompt = prompt;
        Response.ContentType = "application/grpc";
    }

    public override bool GoesOn => !_prompt.EndsWith(Answer, StringComparison.Ordinal);

    public override string Question => GoesOn
        ? _prompt[(_prompt.LastIndexOf(Answer, StringComparison.Ordinal) + Answer.Length)..]
        : _prompt[..^Answer.Length].Split(": ")[^1];

    public static string PromptOf(IReadOnlyList<Microsoft.Extensions.AI.ChatMessage> messages) =>
        string.Join('\n', messages.Select(message => $"{message.Role}: {message.Text}")) + Answer;

    public static async Task<TensorCall> ReadTensorsAsync(ScriptedServer server, HttpContext context)
    {
        ModelInferRequest request = ModelInferRequest.Parser.ParseFrom(await ReadMessageAsync(context));
        Dictionary<string, ModelInferRequest.Types.InferInputTensor> inputs = request.Inputs.ToDictionary(input => input.Name);
        JsonObject json = JsonNode.Parse(inputs["sampling_parameters"].Contents.BytesContents[0].ToStringUtf8())!.AsObject();
        json["model"] = request.ModelName;
        json["stream"] = inputs["stream"].Contents.BoolContents[0];
        if (request.Parameters.TryGetValue("priority", out InferParameter? priority))
        {
            json["priority"] = (int)priority.Uint64Param;
        }

        if (request.Parameters.TryGetValue("timeout", out InferParameter? timeout))
        {
            json["timeout"] = timeout.Int64Param;
        }

        string prompt = inputs["text_input"].Contents.BytesContents[0].ToStringUtf8();
        return new TensorCall(server, context, JsonSerializer.SerializeToElement(json), prompt);
    }

    /// <summary>Answers whether the model is there.</summary>
    public static async Task ReadyAsync(HttpContext context, bool ready)
    {
        await ReadMessageAsync(context);
        context.Response.ContentType = "application/grpc";
        await WriteMessageAsync(context, new ModelReadyResponse { Ready = ready });
        context.Response.AppendTrailer("grpc-status", "0");
    }

    public override Task SayAsync(string text)
    {
        var bytes = new byte[sizeof(int) + System.Text.Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
        System.Text.Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(int)));
        return WriteMessageAsync(_context, new ModelStreamInferResponse
        {
            InferResponse = new()
            {
                ModelName = "small",
                Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "text_output", Datatype = "BYTES", Shape = { 1 } } },
                RawOutputContents = { ByteString.CopyFrom(bytes) },
            },
        });
    }

    public override Task FinishAsync(int promptTokens = 100, int cachedTokens = 0) => WriteMessageAsync(_context, new ModelStreamInferResponse
    {
        InferResponse = new() { Parameters = { ["triton_final_response"] = new() { BoolParam = true } } },
    });

    public override Task FailAsync(string type, int code, string? eventName) => WriteMessageAsync(_context, new ModelStreamInferResponse
    {
        ErrorMessage = type == "server_error" && code == 500 ? "The model was unloaded." : "[request id: 1] Exceeds maximum queue size",
    });

    public override Task RefuseAsync(int status, int? retryAfterSeconds, string message)
    {
        _refused = true;
        int code = status switch { 400 or 422 => 3, 401 => 16, 429 => 8, 503 => 14, _ => 13 };
        Response.AppendTrailer("grpc-status", code.ToString(CultureInfo.InvariantCulture));
        Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        return Task.CompletedTask;
    }

    protected override void EndResponse()
    {
        if (!_refused && !Gone.IsCancellationRequested)
        {
            Response.AppendTrailer("grpc-status", "0");
        }
    }

    public static async Task<byte[]> ReadMessageAsync(HttpContext context)
    {
        var header = new byte[5];
        await context.Request.Body.ReadExactlyAsync(header, context.RequestAborted);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await context.Request.Body.ReadExactlyAsync(message, context.RequestAborted);
        return message;
    }

    public static async Task WriteMessageAsync(HttpContext context, IMessage message)
    {
        byte[] bytes = message.ToByteArray();
        var header = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), bytes.Length);
        await context.Response.Body.WriteAsync(header, context.RequestAborted);
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
