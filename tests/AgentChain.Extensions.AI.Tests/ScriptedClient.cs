using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>A chat client whose answers are a function of the messages and the options, and that remembers what happened to it.</summary>
sealed class ScriptedClient(
    Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> answer) : IChatClient
{
    int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public bool IsDisposed { get; private set; }

    /// <summary>Gets the options of the last request.</summary>
    public ChatOptions? Options { get; private set; }

    /// <summary>Writes each word of a text as one update.</summary>
    public static ScriptedClient Says(string text) => new((_, _, _) => Words(text).ToAsyncEnumerable());

    public static IEnumerable<ChatResponseUpdate> Words(string text) => text.Split(' ')
        .Select(word => new ChatResponseUpdate(ChatRole.Assistant, word + " ") { ModelId = "small", ResponseId = "r1", MessageId = "m1" });

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Interlocked.Increment(ref _requests);
        Options = options;
        return answer([.. messages], options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted", defaultModelId: "small") : null;

    public void Dispose() => IsDisposed = true;

    /// <summary>Hands items on and tells when the enumerator is disposed.</summary>
    public static async IAsyncEnumerable<T> Watched<T>(
        IAsyncEnumerable<T> items, Action disposed, [EnumeratorCancellation] CancellationToken token = default)
    {
        try
        {
            await foreach (T item in items.WithCancellation(token))
            {
                yield return item;
            }
        }
        finally
        {
            disposed();
        }
    }
}
