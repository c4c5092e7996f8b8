using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AgentChain.Tests.Turns;

public class ConversationTests
{
    [Fact]
    public async Task StartAsync_TurnsComplete_HistoryHoldsThemInOrder()
    {
        await using Chain<string, int> chain = Chain.From<string>("length").Then("length", text => text.Length).Build();
        await using Conversation<string, int> conversation = chain.OpenConversation();
        foreach (string text in new[] { "a", "bb", "ccc" })
        {
            Turn<int> turn = await conversation.StartAsync(text);
            await turn.Completion;
        }

        Assert.Equal(["a", "bb", "ccc"], conversation.History.Select(e => e.Input));
        Assert.Equal([1, 2, 3], conversation.History.Select(e => Assert.Single(e.Output)));
        Assert.Equal(["turn 1", "turn 2", "turn 3"], conversation.History.Select(e => e.ToString()));
    }

    [Fact]
    public async Task StartAsync_InputFromHistory_SeesWhatCompleted()
    {
        await using Chain<string, string> chain = Chain.From<string>("echo").Then("echo", text => text).Build();
        await using Conversation<string, string> conversation = chain.OpenConversation();
        for (int i = 0; i < 3; i++)
        {
            Turn<string> turn = await conversation.StartAsync(history => string.Join('+', history.Select(e => e.Input).Append("x")));
            await turn.Completion;
        }

        Assert.Equal(["x", "x+x", "x+x+x+x"], conversation.History.Select(e => e.Input));
    }

    [Fact]
    public async Task StartAsync_TurnStillRuns_InterruptsIt()
    {
        var tokens = new Script();
        await using StreamChain<string, string> chain = tokens.Chain();
        await using Conversation<string, string> conversation = chain.OpenConversation();
        Turn<string> first = await conversation.StartAsync("first");
        await tokens.SayAsync("half");
        await using IAsyncEnumerator<string> heard = first.Output.GetAsyncEnumerator();
        Assert.True(await heard.MoveNextAsync());

        Turn<string> second = await conversation.StartAsync("second");
        Assert.Equal(TurnOutcome.Interrupted, (await first.Completion).Outcome);
        await tokens.SayAsync("whole");
        await tokens.EndAsync();
        Assert.Equal(TurnOutcome.Completed, (await second.Completion).Outcome);

        Assert.Equal(["first", "second"], conversation.History.Select(e => e.Input));
        Assert.Equal([TurnOutcome.Interrupted, TurnOutcome.Completed], conversation.History.Select(e => e.Outcome));
        Assert.Equal(["half"], conversation.History[0].Heard);
        Assert.Equal(["whole"], conversation.History[1].Output);
    }

    [Fact]
    public async Task StartAsync_Waiting_BeginsWhenTheTurnBeforeHasEnded()
    {
        var tokens = new Script();
        await using StreamChain<string, string> chain = tokens.Chain();
        await using Conversation<string, string> conversation = chain.OpenConversation(new ConversationOptions { Overlap = TurnOverlap.Wait });
        Turn<string> first = await conversation.StartAsync("first");
        Task<Turn<string>> second = conversation.StartAsync("second").AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(1, chain.LiveTurns);

        await tokens.EndAsync();
        Assert.Equal(TurnOutcome.Completed, (await first.Completion).Outcome);
        Turn<string> begun = await second;
        await tokens.EndAsync();
        await begun.Completion;
        Assert.Equal(["first", "second"], conversation.History.Select(e => e.Input));
    }

    [Fact]
    public async Task StartAsync_WaitCancelled_LeavesTheRunningTurnAlone()
    {
        var tokens = new Script();
        await using StreamChain<string, string> chain = tokens.Chain();
        await using Conversation<string, string> conversation = chain.OpenConversation(new ConversationOptions { Overlap = TurnOverlap.Wait });
        Turn<string> first = await conversation.StartAsync("first");
        using var stop = new CancellationTokenSource();
        Task<Turn<string>> second = conversation.StartAsync("second", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        await tokens.EndAsync();
        Assert.Equal(TurnOutcome.Completed, (await first.Completion).Outcome);
        Turn<string> third = await conversation.StartAsync("third");
        conversation.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await third.Completion).Outcome);
        Assert.Equal("first", Assert.Single(conversation.History).Input);
    }

    [Fact]
    public async Task StartAsync_ManyAtOnce_OneTurnAtATimeAndOneLeft()
    {
        var tokens = new Script();
        await using StreamChain<string, string> chain = tokens.Chain();
        await using Conversation<string, string> conversation = chain.OpenConversation();
        Turn<string>[] turns = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () => await conversation.StartAsync($"{i}"))));

        Assert.Equal(1, chain.LiveTurns);
        for (int i = 0; i < turns.Length; i++)
        {
            // A turn that was interrupted can still be reading, and would take the only one.
            await tokens.EndAsync();
        }

        TurnResult[] results = await Task.WhenAll(turns.Select(t => t.Completion));
        Assert.Single(results, r => r.Outcome == TurnOutcome.Completed);
        Assert.Equal(49, results.Count(r => r.Outcome == TurnOutcome.Interrupted));
        Assert.Single(conversation.History);
    }

    [Fact]
    public async Task History_Snapshot_DoesNotChange()
    {
        await using Chain<string, int> chain = Chain.From<string>("length").Then("length", text => text.Length).Build();
        await using Conversation<string, int> conversation = chain.OpenConversation(new ConversationOptions { HistoryLength = 2 });
        IReadOnlyList<Exchange<string, int>> before = conversation.History;
        foreach (string text in new[] { "a", "bb", "ccc" })
        {
            await (await conversation.StartAsync(text)).Completion;
        }

        Assert.Empty(before);
        Assert.Equal(["bb", "ccc"], conversation.History.Select(e => e.Input));
    }

    [Fact]
    public async Task History_FailedTurn_IsNotInIt()
    {
        await using Chain<string, int> chain = Chain.From<string>("parse").Then("parse", int.Parse).Build();
        await using Conversation<string, int> conversation = chain.OpenConversation();
        Assert.Equal(TurnOutcome.Failed, (await (await conversation.StartAsync("x")).Completion).Outcome);
        await Assert.ThrowsAsync<FormatException>(async () => await conversation.StartAsync(_ => int.Parse("y").ToString()));
        await (await conversation.StartAsync("7")).Completion;
        Assert.Equal("7", Assert.Single(conversation.History).Input);
    }

    [Fact]
    public async Task DisposeAsync_TurnRuns_InterruptsItAndLetsNoneBegin()
    {
        var tokens = new Script();
        await using StreamChain<string, string> chain = tokens.Chain();
        Conversation<string, string> conversation = chain.OpenConversation();
        Turn<string> turn = await conversation.StartAsync("first");
        await conversation.DisposeAsync();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await conversation.StartAsync("second"));
        Assert.Equal(0, chain.LiveTurns);
        await conversation.DisposeAsync();
    }

    [Fact]
    public async Task OpenConversation_NegativeLength_Throws()
    {
        await using Chain<string, int> chain = Chain.From<string>("length").Then("length", text => text.Length).Build();
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.OpenConversation(new ConversationOptions { HistoryLength = -1 }));
    }

    /// <summary>A chain whose turns output the items that the test supplies, until the test ends them.</summary>
    sealed class Script
    {
        readonly Channel<string?> _tokens = Channel.CreateUnbounded<string?>();

        public StreamChain<string, string> Chain() => AgentChain.Chain.From<string>("script").Stream<string>("say", Say).Build();

        public ValueTask SayAsync(string token) => _tokens.Writer.WriteAsync(token);

        public ValueTask EndAsync() => _tokens.Writer.WriteAsync(null);

        async IAsyncEnumerable<string> Say(string input, BlockContext context, [EnumeratorCancellation] CancellationToken token)
        {
            while (await _tokens.Reader.ReadAsync(token) is { } said)
            {
                yield return said;
            }
        }
    }
}
