using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>One client read by hand, as a block of a chain, and as a block with a fallback.</summary>
sealed class ChatAnswers : IAsyncDisposable
{
    readonly IReadOnlyList<ChatMessage> _question = [new(ChatRole.User, "hello")];
    readonly UpdatesClient _client;
    readonly StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> _chain;
    readonly StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> _guarded;

    public ChatAnswers(int updates, bool later)
    {
        _client = new UpdatesClient(updates, later);
        _chain = Chain.From<IReadOnlyList<ChatMessage>>("chat").Stream("respond", _client.AsBlock()).Build();
        _guarded = Chain.From<IReadOnlyList<ChatMessage>>("chat")
            .Stream("respond", _client.AsBlock().FallbackTo(_client, firstOutput: 10.Seconds())).Build();
    }

    public async Task<int> ByHandAsync()
    {
        int count = 0;
        await foreach (ChatResponseUpdate _ in _client.GetStreamingResponseAsync(_question))
        {
            count++;
        }

        return count;
    }

    public Task<int> OfChainAsync() => CountAsync(_chain);

    public Task<int> OfFallbackAsync() => CountAsync(_guarded);

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync();
        await _guarded.DisposeAsync();
    }

    async Task<int> CountAsync(StreamChain<IReadOnlyList<ChatMessage>, ChatResponseUpdate> chain)
    {
        int count = 0;
        await foreach (ChatResponseUpdate _ in chain.Start(_question).Output)
        {
            count++;
        }

        return count;
    }
}
