using AgentChain.Testing;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>The block between a hypothesis and its commit, without a chain.</summary>
public sealed class AgentCommitTests
{
    [Fact]
    public async Task Terminated_AfterTheEffect_TheEffectIsInTheHistory()
    {
        AgentSession session = await RunAsync(isFinal: true, (block, context) => block.OnTerminatedAsync(context, default));

        Assert.Equal(["user: pay", "assistant: pay#1", "tool: #1=paid", "assistant: yes "], session.Messages.Lines());
    }

    [Fact]
    public async Task Terminated_BeforeTheEffect_NothingIsRemembered()
    {
        AgentSession session = await RunAsync(isFinal: false, (block, context) => block.OnTerminatedAsync(context, default));

        Assert.Empty(session.Messages);
    }

    [Fact]
    public async Task Committed_AfterTheEnd_IsRememberedOnce()
    {
        AgentSession session = await RunAsync(isFinal: true, (block, context) => block.OnCommittedAsync(context, default));

        Assert.Equal(4, session.Messages.Count);
    }

    static async Task<AgentSession> RunAsync(bool isFinal, Func<ICommitHooks, BlockContext, ValueTask> end)
    {
        using var client = new ScriptedClient((messages, _, _) => messages.Any(one => one.Role == ChatRole.Tool)
            ? ScriptedClient.Words("yes").ToAsyncEnumerable()
            : new[] { new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "pay")]) }.ToAsyncEnumerable());
        AgentBlock agent = client.AsAgent(a => a.Tool(AIFunctionFactory.Create(() => "paid", "pay"), t => t.CommitKey(_ => "one")));
        var session = new AgentSession();
        using var stop = new CancellationTokenSource();
        var test = new TestBlockContext { RunNumber = 7, IsSpeculative = true, TurnToken = stop.Token };
        IAsyncEnumerator<ChatResponseUpdate> updates = agent.InvokeAsync(session.Ask("pay"), test.Context, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await updates.MoveNextAsync());
        Task<bool> answer = updates.MoveNextAsync().AsTask();
        Assert.False(answer.IsCompleted);
        Assert.Empty(session.Messages);
        if (isFinal)
        {
            test.Commit();
            Assert.True(await answer.WaitAsync(Ask.Patience));
            while (await updates.MoveNextAsync())
            {
            }
        }
        else
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(Ask.Patience));
        }

        await updates.DisposeAsync();
        await end(agent, test.Context);
        return session;
    }
}
