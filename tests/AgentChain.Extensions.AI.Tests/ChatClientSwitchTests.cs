using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>A model that is replaced while turns are in flight.</summary>
public sealed class ChatClientSwitchTests
{
    [Fact]
    public async Task Replace_ATurnIsInFlight_ItEndsOnTheOldClientAndTheNextUsesTheNew()
    {
        var old = new Stepped("old");
        using ScriptedClient next = ScriptedClient.Says("new");
        using var clients = new ChatClientSwitch(old.Client);
        await using var chain = Ask.Chat().Stream("respond", clients.AsBlock()).Text().Build();
        Task<IReadOnlyList<string>> first = chain.AskAsync();
        await old.Entered.Task.WaitAsync(Ask.Patience);

        ReplacedChatClient replaced = clients.Replace(next);
        Task drained = replaced.WhenDrainedAsync();
        IReadOnlyList<string> second = await chain.AskAsync();
        bool early = drained.IsCompleted;
        old.GoOn.SetResult();

        Assert.Equal(["new "], second);
        Assert.Equal(["old ", "old"], await first);
        Assert.False(early);
        await drained.WaitAsync(Ask.Patience);
        Assert.Same(old.Client, replaced.Client);
        Assert.False(old.Client.IsDisposed);
    }

    [Fact]
    public async Task WhenDrained_TheTurnIsInterrupted_Completes()
    {
        var old = new Stepped("old");
        using ScriptedClient next = ScriptedClient.Says("new");
        using var clients = new ChatClientSwitch(old.Client);
        await using var chain = Ask.Chat().Stream("respond", clients.AsBlock()).Text().Build();
        await using Turn<string> turn = chain.Start(Ask.Question());
        await old.Entered.Task.WaitAsync(Ask.Patience);
        ReplacedChatClient replaced = clients.Replace(next);
        turn.Interrupt();

        await replaced.WhenDrainedAsync().WaitAsync(Ask.Patience);
    }

    [Fact]
    public async Task WhenDrained_NothingRuns_IsCompleteAtOnce_AndAWaitCanBeCanceled()
    {
        using ScriptedClient one = ScriptedClient.Says("one"), two = ScriptedClient.Says("two");
        using var clients = new ChatClientSwitch(one);
        Assert.True(clients.Replace(two).WhenDrainedAsync().IsCompletedSuccessfully);

        using ChatClientLease lease = clients.Lease();
        Task drained = clients.Replace(one).WhenDrainedAsync(new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
    }

    [Fact]
    public async Task Lease_OverAReplacement_KeepsItsClientUntilItIsDisposed()
    {
        using ScriptedClient one = ScriptedClient.Says("one"), two = ScriptedClient.Says("two");
        using var clients = new ChatClientSwitch(one);
        ChatClientLease lease = clients.Lease();
        ReplacedChatClient replaced = clients.Replace(two);

        Assert.Same(one, lease.Client);
        Assert.Same(two, clients.Current);
        Assert.False(replaced.WhenDrainedAsync().IsCompleted);
        lease.Dispose();
        lease.Dispose();
        await replaced.WhenDrainedAsync().WaitAsync(Ask.Patience);
    }

    [Fact]
    public async Task Replace_ManyTimesUnderLoad_EveryOldClientDrainsAndNoRequestMeetsADisposedOne()
    {
        using var clients = new ChatClientSwitch(ScriptedClient.Says("a b c"));
        using var stop = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int asked = 0;
            while (!stop.IsCancellationRequested || asked == 0)
            {
                Assert.Equal("a b c ", (await clients.GetStreamingResponseAsync(Ask.Question()).ToChatResponseAsync()).Text);
                Assert.Equal("a b c ", (await clients.GetResponseAsync(Ask.Question())).Text);
                asked++;
            }
        }))];
        for (int i = 0; i < 50; i++)
        {
            ReplacedChatClient replaced = clients.Replace(ScriptedClient.Says("a b c"));
            await replaced.WhenDrainedAsync().WaitAsync(Ask.Patience);
            replaced.Client.Dispose();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Task.WhenAll(load).WaitAsync(Ask.Patience);
    }

    [Fact]
    public void GetService_AsksTheCurrentClient()
    {
        using ScriptedClient one = ScriptedClient.Says("one");
        using var clients = new ChatClientSwitch(one);
        Assert.Equal("small", clients.GetService<ChatClientMetadata>()?.DefaultModelId);
        Assert.Same(clients, clients.GetService<ChatClientSwitch>());
    }

    [Fact]
    public void Replace_BadArguments_AreRefused()
    {
        using ScriptedClient one = ScriptedClient.Says("one");
        using var clients = new ChatClientSwitch(one);
        Assert.Throws<ArgumentNullException>("client", () => new ChatClientSwitch(null!));
        Assert.Throws<ArgumentNullException>("client", () => clients.Replace(null!));
        Assert.Contains("already", Assert.Throws<ArgumentException>("client", () => clients.Replace(one)).Message, StringComparison.Ordinal);
        Assert.Contains("itself", Assert.Throws<ArgumentException>("client", () => clients.Replace(clients)).Message, StringComparison.Ordinal);
        using IChatClient around = clients.AsBuilder().UseFunctionInvocation().Build();
        Assert.Throws<ArgumentException>("client", () => clients.Replace(around));
        Assert.Same(one, clients.Current);
    }

    [Fact]
    public async Task Stream_TargetReturnsNull_IsATypedError()
    {
        using var broken = new ScriptedClient((_, _, _) => null!);
        using var clients = new ChatClientSwitch(broken);
        await Assert.ThrowsAsync<ChatClientException>(() => clients.GetStreamingResponseAsync(Ask.Question()).ToChatResponseAsync());
    }
}
