using System.ClientModel;
using System.ClientModel.Primitives;
using AgentChain;
using Microsoft.Extensions.AI;
using OpenAI;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Models;

/// <summary>The language model of an OpenAI-compatible server, with what our own model has learned as instructions.</summary>
sealed class RemoteLanguage : IDisposable
{
    const string Instructions = """
        You answer a caller of a telephone company's customer line. Your answer is spoken: one or two short sentences, plain words, no lists
        and no formatting. Use only what your tools return: look up facts of the account, and search the articles for everything else. If
        another agent is responsible, transfer the call without a word. Before you change a plan, ask the caller to confirm it by its full
        name, and wait for the answer. If the tools do not answer the question, say that you cannot help with that. Repeat placeholders such
        as [name_1] exactly as they are written.
        """;

    const int LongestAnswer = 200;
    const int LongestReason = 300;

    static readonly TimeSpan CheckPatience = 30.Seconds();

    /// <summary>An answer that is no longer wanted closes its connection at once, so that the server stops writing.</summary>
    readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 });


    public RemoteLanguage(LanguageServer server)
    {
        string? key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        Client = new OpenAIClient(new ApiKeyCredential(string.IsNullOrWhiteSpace(key) ? "none" : key), new OpenAIClientOptions
        {
            Endpoint = server.Address,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(_http),
        }).GetChatClient(server.Model).AsIChatClient();
    }

    /// <summary>Gets the client.</summary>
    public IChatClient Client { get; }

    /// <summary>Gets the options of each request.</summary>
    public ChatOptions Options { get; } = new() { Instructions = Instructions, MaxOutputTokens = LongestAnswer, Temperature = 0 };

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
            await foreach (ChatResponseUpdate update in language.Client.GetStreamingResponseAsync(
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
        Client.Dispose();
        _http.Dispose();
    }

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
