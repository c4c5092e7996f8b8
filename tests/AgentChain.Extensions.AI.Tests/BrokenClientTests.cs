using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>Each way in which a client can break is one failure that names the block, and the chain goes on.</summary>
public sealed class BrokenClientTests
{
    [Fact]
    public async Task Stream_ClientThrowsAtOnce_NamesTheClientAndKeepsItsError()
    {
        var error = await FailAsync<HttpRequestException>((_, _, _) => throw new HttpRequestException("429: come back later"));
        Assert.Equal("429: come back later", error.Message);
    }

    [Fact]
    public async Task Stream_ClientThrowsInMidStream_TheUpdatesBeforeItAreRead() =>
        Assert.Equal("cut", (await FailAsync<IOException>((_, _, _) => ThenThrow(new IOException("cut")), "one ")).Message);

    [Fact]
    public async Task Stream_ClientCancelsByItself_IsAFailureAndNotAnInterruption()
    {
        var error = await FailAsync<TaskCanceledException>((_, _, _) => ThenThrow(new TaskCanceledException("timeout")), "one ");
        Assert.Equal("timeout", error.Message);
    }

    [Fact]
    public async Task Stream_ClientReturnsNull_NamesTheClient() =>
        AssertNamed("returned null from GetStreamingResponseAsync", await FailAsync<ChatClientException>((_, _, _) => null!));

    [Fact]
    public async Task Stream_ClientReturnsNoEnumerator_NamesTheClient() =>
        AssertNamed("GetAsyncEnumerator returned null", await FailAsync<ChatClientException>((_, _, _) => new NoEnumerator()));

    [Fact]
    public async Task Stream_ClientReturnsANullUpdate_NamesTheClient()
    {
        ChatResponseUpdate[] updates = [new(ChatRole.Assistant, "one "), null!];
        AssertNamed("returned null as an update", await FailAsync<ChatClientException>((_, _, _) => updates.ToAsyncEnumerable(), "one "));
    }

    [Fact]
    public async Task Stream_ClientIsDisposedInMidStream_SaysTheOrder() => AssertNamed(
        "Dispose a client after its chain",
        await FailAsync<ChatClientException>((_, _, _) => ThenThrow(new ObjectDisposedException("Http")), "one "));

    [Fact]
    public async Task Stream_InputIsNull_TheClientIsNotToBlame()
    {
        using ScriptedClient client = ScriptedClient.Says("yes");
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock().FallbackTo(client, 1.Seconds())).Build();
        foreach (IReadOnlyList<ChatMessage>? input in (IReadOnlyList<ChatMessage>?[])[null, [null!]])
        {
            var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunToListAsync(input!).AsTask().WaitAsync(Ask.Patience));
            Assert.Contains("'respond'", Assert.IsType<ArgumentNullException>(error.InnerException).Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, client.Requests);
    }

    [Fact]
    public async Task Stream_ClientWasDisposed_SaysTheOrder()
    {
        ScriptedClient client = ScriptedClient.Says("late");
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Build();
        client.Dispose();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());

        AssertNamed("Dispose a client after its chain", Assert.IsType<ChatClientException>(error.InnerException));
    }

    [Fact]
    public void AsBlock_NoClient_IsRefused() => Assert.Throws<ArgumentNullException>("client", () => ((IChatClient)null!).AsBlock());

    [Fact]
    public async Task Stream_ClientThrowsWhenItsStreamIsClosed_NamesTheClientAndKeepsItsError() =>
        Assert.Equal("still open", (await FailAsync<IOException>((_, _, _) => new Closing(0), "one ")).Message);

    [Fact]
    public async Task Stream_ClientFailsAndThrowsWhenItsStreamIsClosed_TheFirstErrorCounts() =>
        Assert.Equal("cut", (await FailAsync<IOException>((_, _, _) => new Closing(1), "one ")).Message);

    [Fact]
    public async Task Stream_ClientCurrentThrows_NamesTheClientAndKeepsItsError() =>
        Assert.Equal("no current", (await FailAsync<IOException>((_, _, _) => new Closing(2))).Message);

    [Fact]
    public async Task Stream_ClientDoesNotTellItsMetadata_GoesByItsType()
    {
        using var client = new Secretive(ScriptedClient.Says("yes"));
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();
        Assert.Equal(["yes "], await chain.AskAsync());
        Assert.Equal("Secretive", client.AsBlock().ToString());
    }

    [Fact]
    public async Task Stream_SwitchWithADisposedClient_SaysTheOrder()
    {
        using var client = new Secretive(ScriptedClient.Says("yes"));
        await using var chain = Ask.Chat().Stream("respond", new ChatClientSwitch(client).AsBlock()).Text().Build();
        client.Dispose();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());

        Assert.Contains("Dispose a client after its chain", Assert.IsType<ChatClientException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(Timeout.Infinite)]
    public async Task FallbackTo_FirstClientWritesWithoutEndAndWithoutOutput_TheSecondAnswers(int ms)
    {
        using var endless = new ScriptedClient((_, _, _) => Empty().ToAsyncEnumerable());
        using ScriptedClient second = ScriptedClient.Says("fine");
        await using var chain = Ask.Chat().Stream("respond", endless.AsBlock().FallbackTo(second, TimeSpan.FromMilliseconds(ms))).Text().Build();
        Assert.Equal(["fine "], await chain.AskAsync());
    }

    [Fact]
    public async Task Selector_ModelWritesWithoutEndAndWithoutText_TheFallbackIsChosen()
    {
        using var endless = new ScriptedClient((_, _, _) => Empty().ToAsyncEnumerable());
        await using var chain = Chain.From<AgentRequest>("line")
            .Revise("select", endless.AsSelector(s => s.Choice("billing", "").Fallback("support", ""))).Build();
        Assert.Equal("support", await chain.RunAsync(new AgentSession().Ask("hello")).AsTask().WaitAsync(Ask.Patience));
    }

    static IEnumerable<ChatResponseUpdate> Empty()
    {
        while (true)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "");
        }
    }

    /// <summary>Runs a turn that must fail, then one that must not.</summary>
    static async Task<T> FailAsync<T>(
        Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> answer,
        params string[] before)
        where T : Exception
    {
        using var client = new ScriptedClient((messages, options, token) =>
            messages[0].Text == "fail" ? answer(messages, options, token) : ScriptedClient.Words("fine").ToAsyncEnumerable());
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build();
        await using Turn<string> turn = chain.Start(Ask.Question("fail"));
        List<string> read = [];
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => ReadAsync(turn, read).WaitAsync(Ask.Patience));

        Assert.Equal("respond", error.Block);
        Assert.Equal(before, read);
        Assert.Equal(["fine "], await chain.AskAsync());
        var named = Assert.IsType<ChatClientException>(error.InnerException);
        Assert.Equal("scripted/small", named.Client);
        return Assert.IsType<T>(typeof(T) == typeof(ChatClientException) ? named : named.InnerException);
    }

    static async Task ReadAsync(Turn<string> turn, List<string> read)
    {
        await foreach (string text in turn.Output)
        {
            read.Add(text);
        }
    }

    static void AssertNamed(string expected, ChatClientException error)
    {
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("'scripted/small'", error.Message, StringComparison.Ordinal);
        Assert.Equal("scripted/small", error.Client);
    }

    static async IAsyncEnumerable<ChatResponseUpdate> ThenThrow(Exception error)
    {
        yield return new(ChatRole.Assistant, "one ");
        await Task.Yield();
        throw error;
    }

    sealed class Secretive(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override object? GetService(Type serviceType, object? serviceKey = null) => throw new ObjectDisposedException("metadata");
    }

    /// <summary>Fails in its end, and before if it has to: 1 after an update, 2 in place of it.</summary>
    sealed class Closing(int fault) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        int _moves;

        public ChatResponseUpdate Current => fault == 2 ? throw new IOException("no current") : new(ChatRole.Assistant, "one ");

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => _moves++ == 0 ? new(true) : fault == 1 ? throw new IOException("cut") : new(false);

        public ValueTask DisposeAsync() => throw new IOException("still open");
    }

    sealed class NoEnumerator : IAsyncEnumerable<ChatResponseUpdate>
    {
        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => null!;
    }
}
