using System.Text.Json;
using AgentChain.Remote.Tensors;
using Google.Protobuf;
using Grpc.Core;

namespace AgentChain.Remote;

/// <summary>An answer in tensors of the KServe v2 protocol, one piece of text in each response.</summary>
sealed class TensorAnswer : ChatAnswer
{
    readonly ChatServer _server;
    readonly AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> _call;
    readonly AnswerClock _clock;
    readonly bool _sentPriority;
    bool _finished;

    TensorAnswer(
        ChatServer server, AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> call, AnswerClock clock, bool sentPriority) =>
        (_server, _call, _clock, _sentPriority) = (server, call, clock, sentPriority);

    /// <summary>Sends a request to a server that has let it in.</summary>
    public static async ValueTask<TensorAnswer> SendAsync(
        ChatServer server, GRPCInferenceService.GRPCInferenceServiceClient client, ServerQuestion question, AnswerClock clock)
    {
        ModelInferRequest request = RequestOf(server.Options, question);
        AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> call;
        try
        {
            call = client.ModelStreamInfer(server.Metadata, cancellationToken: clock.Token);
        }
        catch (Exception error)
        {
            throw clock.Explain(server.Name, error, question.Priority is not null);
        }

        try
        {
            await call.RequestStream.WriteAsync(request, clock.Token);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception)
        {
            // The call is over already; what it was over for is told by the first read.
        }

        return new TensorAnswer(server, call, clock, question.Priority is not null);
    }

    public override async ValueTask<string?> NextAsync()
    {
        _clock.Resume();
        while (!_finished)
        {
            ModelStreamInferResponse response;
            try
            {
                if (!await _call.ResponseStream.MoveNext(_clock.Token))
                {
                    throw ServerErrors.BrokeOff(_server.Name, "the parameter triton_final_response");
                }

                response = _call.ResponseStream.Current;
            }
            catch (Exception error)
            {
                throw error as ServerException ?? _clock.Explain(_server.Name, error, _sentPriority);
            }

            if (response.ErrorMessage.Length > 0)
            {
                throw ServerErrors.InStream(_server.Name, response.ErrorMessage);
            }

            if (response.InferResponse is { } piece && Take(piece) is { Length: > 0 } text)
            {
                _clock.Pause();
                return text;
            }

            _clock.Restart();
        }

        return null;
    }

    public override ValueTask DisposeAsync()
    {
        _call.Dispose();
        _clock.Dispose();
        return ValueTask.CompletedTask;
    }

    static ModelInferRequest RequestOf(ChatServerOptions options, ServerQuestion question)
    {
        string prompt = options.Prompt!(question.Request.Messages) ?? throw new InvalidOperationException(
            $"Server '{options.Name}': ChatServerOptions.Prompt returned null; it must return the prompt.");
        var request = new ModelInferRequest { ModelName = options.Model };
        request.Inputs.Add(Text("text_input", ByteString.CopyFromUtf8(prompt + question.Said)));
        request.Inputs.Add(Text("sampling_parameters", Sampling(question)));
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor
        {
            Name = "stream", Datatype = "BOOL", Shape = { 1 }, Contents = new() { BoolContents = { true } },
        });

        // Without an empty last response, an answer that broke off would look like one that ended.
        request.Parameters["triton_enable_empty_final_response"] = new() { BoolParam = true };
        if (question.Priority is { } priority)
        {
            request.Parameters["priority"] = new() { Uint64Param = (ulong)priority };
        }

        if (question.Remaining > TimeSpan.Zero)
        {
            // In microseconds; 0 would be no limit.
            request.Parameters["timeout"] = new() { Int64Param = Math.Max(1, (long)question.Remaining.TotalMicroseconds) };
        }

        return request;
    }

    static ModelInferRequest.Types.InferInputTensor Text(string name, ByteString text) => new()
    {
        Name = name, Datatype = "BYTES", Shape = { 1 }, Contents = new() { BytesContents = { text } },
    };

    static ByteString Sampling(ServerQuestion question) => ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(
        new WireSampling
        {
            MaxTokens = question.MaxTokens,
            Temperature = question.Request.Temperature,
            TopP = question.Request.TopP,
            Seed = question.Request.Seed,
            Stop = question.Request.Stop is { Count: > 0 } stop ? stop : null,
        },
        WireJson.Default.WireSampling));

    string? Take(ModelInferResponse piece)
    {
        Model = piece.ModelName.Length > 0 ? piece.ModelName : Model;
        _finished |= piece.Parameters.TryGetValue("triton_final_response", out InferParameter? final) && final.BoolParam;
        return TextTensor.Read(_server.Name, piece);
    }
}
