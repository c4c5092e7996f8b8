using AgentChain.Extensions.AI;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.AgentFramework.Tests;

public sealed class AIAgentConversationBlockTests
{
    [Fact]
    public async Task Stream_TwoConversations_EachHasOneSession()
    {
        var agent = new ScriptedAgent((_, session, _) => ScriptedAgent.Words($"{++session!.Runs}").ToAsyncEnumerable());
        await using var chain = Build(agent);
        AIAgentConversation one = new();
        AIAgentConversation other = new();

        Assert.Equal(["1 "], await chain.AskAsync(new(one, Ask.Question())));
        Assert.Equal(["2 "], await chain.AskAsync(new(one, Ask.Question())));
        Assert.Equal(["1 "], await chain.AskAsync(new(other, Ask.Question())));
        Assert.Equal((2, 2), (agent.Sessions, Assert.IsType<ScriptedAgent.Session>(one.Session).Runs));
    }

    [Fact]
    public async Task Stream_TwoTurnsOfOneConversation_RunOneAfterTheOther()
    {
        TaskCompletionSource go = Ask.Signal();
        TaskCompletionSource began = Ask.Signal();
        List<string> order = [];
        var agent = new ScriptedAgent((messages, _, _) => RunAsync(messages[0].Text));
        await using var chain = Build(agent);
        AIAgentConversation conversation = new();
        Task first = chain.AskAsync(new(conversation, Ask.Question("first")));
        await began.Task.WaitAsync(Ask.Patience);
        Task second = chain.AskAsync(new(conversation, Ask.Question("second")));
        go.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(["first", "first ends", "second", "second ends"], order);

        async IAsyncEnumerable<AgentResponseUpdate> RunAsync(string name)
        {
            order.Add(name);
            began.TrySetResult();
            await go.Task;
            yield return new(ChatRole.Assistant, name);
            order.Add(name + " ends");
        }
    }

    [Fact]
    public async Task Stream_ADeafRunStillUsesTheSession_TheNextTurnSaysTheWayOut()
    {
        TaskCompletionSource began = Ask.Signal();
        TaskCompletionSource go = Ask.Signal();
        var agent = new ScriptedAgent((messages, _, _) => messages[0].Text == "deaf"
            ? DeafAsync()
            : ScriptedAgent.Words("fine").ToAsyncEnumerable());
        await using var chain = Build(agent, new ChainOptions { Grace = 10.Milliseconds() });
        AIAgentConversation conversation = new();
        Turn<string> deaf = chain.Start(new(conversation, Ask.Question("deaf")));
        await began.Task.WaitAsync(Ask.Patience);
        await deaf.DisposeAsync();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(new(conversation, Ask.Question())));
        Assert.Contains("Continue with a new AIAgentConversation", error.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(["fine "], await chain.AskAsync(new(new(), Ask.Question())));

        go.SetResult();
        Assert.Equal(["fine "], await chain.AskAsync(new(conversation, Ask.Question())));

        async IAsyncEnumerable<AgentResponseUpdate> DeafAsync()
        {
            began.TrySetResult();
            await go.Task;
            yield return new(ChatRole.Assistant, "late");
        }
    }

    static StreamChain<AIAgentRequest, string> Build(AIAgent agent, ChainOptions? options = null) =>
        Chain.From<AIAgentRequest>("desk").Stream("agent", agent.AsConversationBlock()).Text().Build(options ?? new ChainOptions());
}
