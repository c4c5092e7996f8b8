using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

public sealed class ChainChatClientTests
{
    [Fact]
    public async Task GetStreamingResponseAsync_ChainOfText_EachItemIsAnUpdateOfOneMessage()
    {
        await using var chain = Echo();
        using IChatClient client = chain.AsChatClient();

        IAsyncEnumerable<ChatResponseUpdate> answer = client.GetStreamingResponseAsync(Ask.Question("good day"));
        List<ChatResponseUpdate> updates = await answer.ToListAsync().AsTask().WaitAsync(Ask.Patience);

        Assert.Equal(["good ", "day ", ""], updates.Select(update => update.Text));
        Assert.All(updates, update => Assert.Equal((ChatRole.Assistant, "desk"), (update.Role, update.ModelId)));
        Assert.NotNull(Assert.Single(updates.Select(update => (update.MessageId, update.ResponseId)).Distinct()).MessageId);
        Assert.Equal([null, null, ChatFinishReason.Stop], updates.Select(update => update.FinishReason));
        Assert.Equal(TurnOutcome.Completed, Assert.IsType<TurnResult>(updates[^1].RawRepresentation).Outcome);
    }

    [Fact]
    public async Task GetResponseAsync_ChainOfText_IsOneMessageAndTellsItsReport()
    {
        await using var chain = Echo();
        using IChatClient client = chain.AsChatClient();

        ChatResponse one = await client.GetResponseAsync(Ask.Question("good day")).WaitAsync(Ask.Patience);
        ChatResponse other = await client.GetResponseAsync(Ask.Question("good day")).WaitAsync(Ask.Patience);

        Assert.Equal("good day ", Assert.Single(one.Messages).Text);
        Assert.Equal((ChatFinishReason.Stop, "desk"), (one.FinishReason, one.ModelId));
        Assert.NotEmpty(Assert.IsType<TurnResult>(one.RawRepresentation).Report.Parts);
        Assert.NotEqual(one.ResponseId, other.ResponseId);
    }

    [Fact]
    public async Task GetResponseAsync_ChainOfUpdates_KeepsWhatTheModelSaid()
    {
        ChatResponseUpdate last = new(ChatRole.Assistant, [new UsageContent(new() { OutputTokenCount = 2 })])
        {
            FinishReason = ChatFinishReason.Length,
        };
        using var model = new ScriptedClient((_, _, _) => ScriptedClient.Words("good day").Append(last).ToAsyncEnumerable());
        await using var chain = Ask.Chat().Stream("respond", model.AsBlock()).Build();
        using IChatClient client = chain.AsChatClient();

        ChatResponse response = await client.GetResponseAsync(Ask.Question()).WaitAsync(Ask.Patience);

        Assert.Equal(("r1", "small"), (response.ResponseId, response.ModelId));
        Assert.Equal((ChatFinishReason.Length, 2L), (response.FinishReason, response.Usage!.OutputTokenCount));
        Assert.Equal("m1", Assert.Single(response.Messages).MessageId);
        Assert.Null(last.MessageId);
    }

    [Fact]
    public async Task GetResponseAsync_AnyChain_MapsMessagesOptionsAndOutput()
    {
        await using Chain<int, string> chain = Chain.From<int>("double").Then("double", x => $"{2 * x}").Build();
        using IChatClient client = chain.AsChatClient(
            (messages, options) => messages.Count + options!.MaxOutputTokens!.Value, text => new(ChatRole.Assistant, text));

        Assert.Equal("22", (await client.GetResponseAsync(Ask.Question(), new() { MaxOutputTokens = 10 }).WaitAsync(Ask.Patience)).Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_OutputIsMappedToNull_SaysSoAndEndsTheTurn()
    {
        await using var chain = Echo();
        using IChatClient client = chain.AsChatClient((messages, _) => messages, _ => null!);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.GetResponseAsync(Ask.Question()).WaitAsync(Ask.Patience));

        Assert.Contains("'desk' returned null", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public async Task GetResponseAsync_BlockFails_ThrowsTheTurnsException()
    {
        await using var chain = Ask.Chat().Then("look", IReadOnlyList<ChatMessage> (_) => throw new IOException("no disk"))
            .Stream("speak", (messages, _) => messages.Select(m => m.Text).ToAsyncEnumerable()).Build();
        using IChatClient client = chain.AsChatClient();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => client.GetResponseAsync(Ask.Question()).WaitAsync(Ask.Patience));

        Assert.Equal("look", error.Block);
    }

    [Fact]
    public void GetStreamingResponseAsync_TokenCanceled_InterruptsTheTurn() => VirtualWorld.Run(async world =>
    {
        bool ended = false;
        await using var chain = Slow(world, () => ended = true);
        using IChatClient client = chain.AsChatClient();
        using var cancel = new CancellationTokenSource(250.Milliseconds(), world.Clock);
        List<ChatResponseUpdate> heard = [];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Ask.Question(), cancellationToken: cancel.Token))
            {
                heard.Add(update);
            }
        });

        Assert.Equal("0 1 ", heard.Text());
        Assert.Equal((250.Milliseconds(), 0, true), (world.Elapsed, chain.LiveTurns, ended));
    });

    [Fact]
    public void GetStreamingResponseAsync_LeftEarly_EndsTheTurn() => VirtualWorld.Run(async world =>
    {
        bool ended = false;
        await using var chain = Slow(world, () => ended = true);
        using IChatClient client = chain.AsChatClient();

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(Ask.Question()))
        {
            break;
        }

        await world.Delay(1);
        Assert.Equal((101.Milliseconds(), 0, true), (world.Elapsed, chain.LiveTurns, ended));
    });

    [Fact]
    public async Task Dispose_ChainGoesOn_AndGetServiceFindsIt()
    {
        await using var chain = Echo();
        IChatClient client = chain.AsChatClient();
        client.Dispose();

        Assert.Same(chain, client.GetService<StreamChain<IReadOnlyList<ChatMessage>, string>>());
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService(typeof(IChatClient), "other"));
        Assert.Null(client.GetService<Uri>());
        ChatClientMetadata metadata = client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal(("agentchain", "desk"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Equal("a ", (await client.GetResponseAsync("a").WaitAsync(Ask.Patience)).Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_HostHasASynchronizationContext_NothingComesBackToIt()
    {
        var host = new CountingContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        await using var chain = Ask.Chat().Stream("slow", (_, token) => Later(token)).Build();
        using IChatClient client = chain.AsChatClient();
        Task<ChatResponse> one;
        Task<bool> other;
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(Ask.Question()).GetAsyncEnumerator();
        SynchronizationContext.SetSynchronizationContext(host);
        try
        {
            one = client.GetResponseAsync(Ask.Question());
            other = updates.MoveNextAsync().AsTask();
            Assert.Same(host, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.Equal("one two ", (await one.WaitAsync(Ask.Patience)).Text);
        Assert.True(await other.WaitAsync(Ask.Patience));
        await updates.DisposeAsync();
        Assert.Equal(0, host.Posts);
    }

    [Fact]
    public void GetStreamingResponseAsync_NoMessages_IsRefusedAtTheCall()
    {
        using IChatClient client = Echo().AsChatClient();

        Assert.Throws<ArgumentNullException>("messages", () => { client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    static StreamChain<IReadOnlyList<ChatMessage>, string> Echo() => Ask.Chat()
        .Stream("echo", (messages, _) => messages[^1].Text.Split(' ').Select(word => word + " ").ToAsyncEnumerable()).Build();

    static StreamChain<IReadOnlyList<ChatMessage>, string> Slow(VirtualWorld world, Action ended) => Ask.Chat()
        .Stream("slow", (_, token) => ScriptedClient.Watched(Numbers(world, token), ended, token)).Build(world.Options());

    static async IAsyncEnumerable<string> Later([EnumeratorCancellation] CancellationToken token)
    {
        await Task.Delay(20, token);
        yield return "one ";
        await Task.Delay(20, token);
        yield return "two ";
    }

    static async IAsyncEnumerable<string> Numbers(VirtualWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < 10; i++)
        {
            await world.Delay(100, token);
            yield return $"{i} ";
        }
    }

    sealed class CountingContext : SynchronizationContext
    {
        int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
