using System.Runtime.CompilerServices;
using AgentChain.Extensions.AI.Tests.Early;
using AgentChain.Simulation;
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

    [Fact]
    public void Speculation_InsideABlockThatPassesNoHookOn_IsRememberedAndForgotten() => VirtualWorld.Run(async world =>
    {
        var model = new ScriptedModel(world, [20, "hello"]);
        AgentBlock agent = model.Client.AsAgent(_ => { });
        var session = new AgentSession();
        await using var chain = Chain.From<string>("line")
            .Revise("hear", (string _, CancellationToken token) => HearAsync(world, session, token))
            .Stream("agent", new Wrapper(agent), o => o.Speculate()).Text().Build(world.Eager());

        Assert.Equal(["hello"], await chain.RunToListAsync("x"));
        await world.Delay(1000);

        Assert.Equal(["user: right", "assistant: hello"], session.Messages.Lines());
        Assert.Equal((2, 0), (model.Requests.Count, agent.OpenRuns));
    });

    [Fact]
    public void Speculation_RunBeginsAfterItsCommit_IsForgotten() => VirtualWorld.Run(async world =>
    {
        var selector = new ScriptedModel(world, [20, "billing"]);
        AgentBlock agent = new ScriptedModel(world, [20, "hello"]).Client.AsAgent(_ => { });
        var agents = new Dictionary<string, IStreamBlock<AgentRequest, ChatResponseUpdate>> { ["billing"] = agent, ["support"] = agent };
        await using var chain = Chain.From<AgentRequest>("line")
            .Orchestrate(
                "desk",
                selector.Client.AsSelector(s => s.Choice("billing", "").Fallback("support", "").Guess(_ => Hypothesis.Tentative("support", 0.9))),
                agents, o => o.Speculate())
            .Text().Build(world.Options());
        for (int i = 0; i < 10; i++)
        {
            var session = new AgentSession();
            await chain.RunToListAsync(session.Ask("x"));
            Assert.Equal(["user: x", "assistant: hello"], session.Messages.Lines());
        }

        await world.Delay(1000);
        Assert.Equal(0, agent.OpenRuns);
    });

    static async IAsyncEnumerable<Hypothesis<AgentRequest>> HearAsync(
        VirtualWorld world, AgentSession session, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (string text in (string[])["wrong", "right"])
        {
            yield return Hypothesis.Tentative(session.Ask(text), 0.9);
            await world.Delay(50, token);
        }

        yield return Hypothesis.Final(session.Ask("right"));
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

    sealed class Wrapper(AgentBlock agent) : IStreamBlock<AgentRequest, ChatResponseUpdate>
    {
        public IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(AgentRequest input, BlockContext context, CancellationToken cancellationToken) =>
            agent.InvokeAsync(input, context, cancellationToken);
    }
}
