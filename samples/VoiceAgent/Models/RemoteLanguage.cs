using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using AgentChain;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;
using OpenAI;
using VoiceAgent.CommandLine;
using Message = Microsoft.Extensions.AI.ChatMessage;
using Role = Microsoft.Extensions.AI.ChatRole;

namespace VoiceAgent.Models;

/// <summary>The language model of an OpenAI-compatible server, with the prompts of our own.</summary>
sealed class RemoteLanguage : IStreamBlock<ChatPrompt, string>, IDisposable
{
    /// <summary>What our own model has learned, in words.</summary>
    const string Instructions = """
        You answer a caller of a telephone company's customer line. Your answer is spoken: one or two short sentences, plain words, no lists
        and no formatting. Use only the facts and the article below; if they do not answer the question, say that you cannot help with that.
        Repeat placeholders such as [name_1] exactly as they are written.
        """;

    const int LongestAnswer = 200;
    const int LongestReason = 300;

    static readonly TimeSpan CheckPatience = 30.Seconds();

    /// <summary>An answer that is no longer wanted closes its connection at once, so that the server stops writing.</summary>
    readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 });

    readonly IChatClient _client;
    readonly ChatClientBlock _block;

    public RemoteLanguage(LanguageServer server)
    {
        string? key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        _client = new OpenAIClient(new ApiKeyCredential(string.IsNullOrWhiteSpace(key) ? "none" : key), new OpenAIClientOptions
        {
            Endpoint = server.Address,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(_http),
        }).GetChatClient(server.Model).AsIChatClient();
        _block = _client.AsBlock(new ChatOptions { MaxOutputTokens = LongestAnswer, Temperature = 0 });
    }

    public async IAsyncEnumerable<string> InvokeAsync(
        ChatPrompt input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in _block.InvokeAsync(Messages(input), context, cancellationToken))
        {
            if (update.Text is { Length: > 0 } text)
            {
                yield return text;
            }
        }
    }

    /// <summary>Asks a server for one token.</summary>
    /// <exception cref="VoiceAgentException">The server does not answer as it should.</exception>
    public static async Task CheckAsync(LanguageServer server, CancellationToken cancellationToken)
    {
        using var language = new RemoteLanguage(server);
        using var patience = new CancellationTokenSource(CheckPatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            bool finished = false;
            await foreach (ChatResponseUpdate update in language._client.GetStreamingResponseAsync(
                "hello", new ChatOptions { MaxOutputTokens = 1 }, either.Token))
            {
                finished |= update.FinishReason is not null;
            }

            if (!finished)
            {
                throw Wrong(server, "sent no answer, or broke it off; is this the address of an OpenAI-compatible server, such as http://localhost:8080/v1?");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Wrong(server, $"gave no answer within {CheckPatience.TotalSeconds:0} seconds.");
        }
        catch (ClientResultException refused) when (refused.Status != 0)
        {
            throw Wrong(server, $"refuses the model '{server.Model}': {Reason(refused)}");
        }
        catch (Exception broken) when (broken is ClientResultException or IOException or HttpRequestException or System.Text.Json.JsonException)
        {
            throw Wrong(server, $"cannot be reached or broke off: {Reason(broken)}");
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    static List<Message> Messages(ChatPrompt prompt) =>
    [
        new(Role.System, Instructions),
        .. prompt.Messages.Select(message => new Message(new Role(message.Role.ToString().ToLowerInvariant()), message.Content)),
    ];

    static string Reason(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        string reason = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return reason.Length > LongestReason ? reason[..LongestReason] + "..." : reason;
    }

    static VoiceAgentException Wrong(LanguageServer server, string what) => new(ExitCode.Server, $"The server at {server.Address} {what}");
}
