using System.Runtime.CompilerServices;
using AgentChain.Extensions.AI;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.AgentFramework.Tests;

public sealed class AIAgentBlockTests
{
    [Fact]
    public async Task Stream_AgentAnswers_UpdatesComeWithTheAgentsOwn()
    {
        await using var chain = Ask.Chat().Stream("agent", ScriptedAgent.Echo().AsBlock()).Build();

        IReadOnlyList<ChatResponseUpdate> got = await chain.AskAsync(Ask.Question("good morning"));

        Assert.Equal(["good ", "morning "], got.Select(update => update.Text));
        Assert.All(got, update => Assert.IsType<AgentResponseUpdate>(update.RawRepresentation));
    }

    [Fact]
    public async Task Stream_AgentInsideMiddleware_AnswersTheSame()
    {
        int runs = 0;
        AIAgent agent = ScriptedAgent.Echo().AsBuilder()
            .Use(async (messages, session, options, next, token) =>
            {
                runs++;
                await next(messages, session, options, token);
            })
            .UseOpenTelemetry()
            .UseLogging(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            .Build();
        await using var chain = Ask.Chat().Stream("agent", agent.AsBlock()).Text().Build();

        Assert.Equal(["good ", "morning "], await chain.AskAsync(Ask.Question("good morning")));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Stream_AgentThrows_TheTurnFailsAndTheChainGoesOn()
    {
        var agent = new ScriptedAgent((messages, _, _) =>
            messages[0].Text == "fail" ? throw new IOException("no line") : ScriptedAgent.Words("fine").ToAsyncEnumerable());
        await using var chain = Ask.Chat().Stream("agent", agent.AsBlock()).Text().Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(Ask.Question("fail")));

        Assert.Equal("agent", error.Block);
        AssertNames("failed with IOException", error);
        Assert.Equal("no line", Assert.IsType<IOException>(error.InnerException!.InnerException).Message);
        Assert.Equal(["fine "], await chain.AskAsync(Ask.Question()));
    }

    [Fact]
    public async Task Stream_AgentWasDisposed_SaysTheOrder() => await AssertBrokeAsync(
        "Dispose an agent after its chain", new ScriptedAgent((_, _, _) => throw new ObjectDisposedException("HttpClient")).AsBlock());

    [Fact]
    public async Task Stream_AgentCancelsByItself_IsAFailureAndNotAnInterruption() => await AssertBrokeAsync(
        "failed with TaskCanceledException", new ScriptedAgent((_, _, _) => throw new TaskCanceledException("timeout")).AsBlock());

    [Fact]
    public async Task Stream_NullRequest_NamesTheBlock()
    {
        await using var chain = Chain.From<AIAgentRequest>("desk").Stream("agent", ScriptedAgent.Echo().AsConversationBlock()).Build();
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(new AIAgentRequest(null!, Ask.Question())));
        Assert.Contains("'agent'", Assert.IsType<ArgumentNullException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_AgentReturnsANullUpdate_NamesTheAgent()
    {
        AgentResponseUpdate[] updates = [null!];
        await AssertBrokeAsync("returned null as an update", new ScriptedAgent((_, _, _) => updates.ToAsyncEnumerable()).AsBlock());
    }

    [Fact]
    public async Task Stream_AgentReturnsNoSession_NamesTheAgent()
    {
        ScriptedAgent agent = new((_, _, _) => ScriptedAgent.Words("yes").ToAsyncEnumerable()) { MakesSessions = false };
        await using var chain = Chain.From<AIAgentRequest>("desk").Stream("agent", agent.AsConversationBlock()).Build();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(new AIAgentRequest(new(), Ask.Question())));

        AssertNames("returned null from CreateSessionAsync", error);
    }

    [Fact]
    public async Task Budget_AgentHangs_TheTurnEndsAndTheAgentIsCanceled()
    {
        TaskCompletionSource canceled = Ask.Signal();
        var agent = new ScriptedAgent((_, _, token) => Of(Ask.OneThenWait(canceled, token)));
        var clock = new FakeTimeProvider();
        await using var chain = Ask.Chat()
            .Stream("agent", agent.AsBlock(), o => o.Budget(LatencyBudget.Total(50.Milliseconds())).OnOverrun(Overrun.Cancel)).Text()
            .Build(new ChainOptions { TimeProvider = clock });

        await using IAsyncEnumerator<string> words = chain.Start(Ask.Question()).Output.GetAsyncEnumerator();
        Assert.True(await words.MoveNextAsync().AsTask().WaitAsync(Ask.Patience));
        clock.Advance(60.Milliseconds());
        var error = await Assert.ThrowsAsync<TurnDeadlineExceededException>(() => words.MoveNextAsync().AsTask().WaitAsync(Ask.Patience));

        Assert.Equal("agent", error.Block);
        await canceled.Task.WaitAsync(Ask.Patience);
    }

    /// <summary>Semantic Kernel #9875: tokens arrived after the invocation was canceled.</summary>
    [Fact]
    public async Task Interrupt_AgentIgnoresItsToken_LateTokensAreDropped()
    {
        TaskCompletionSource go = Ask.Signal();
        TaskCompletionSource ended = Ask.Signal();
        List<string> through = [];
        var agent = new ScriptedAgent((_, _, _) => Of(DeafAsync(go.Task, ended)));
        await using var chain = Ask.Chat().Stream("agent", agent.AsBlock()).Text()
            .ThenEach("note", text => { through.Add(text); return text; })
            .Build(new ChainOptions { Grace = 10.Milliseconds() });
        Turn<string> turn = chain.Start(Ask.Question());
        List<string> heard = [];

        await Assert.ThrowsAsync<TurnInterruptedException>(async () =>
        {
            await foreach (string text in turn.Output)
            {
                heard.Add(text);
                turn.Interrupt();
            }
        }).WaitAsync(Ask.Patience);
        Assert.Contains((await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience)).Blocks, block => block.Detached);
        go.SetResult();
        await ended.Task.WaitAsync(Ask.Patience);

        Assert.Equal(["early "], heard);
        Assert.Equal(["early "], through);
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
    }

    static async IAsyncEnumerable<string> DeafAsync(Task go, TaskCompletionSource ended)
    {
        try
        {
            yield return "early ";
            await go;
            yield return "late ";
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    static async IAsyncEnumerable<AgentResponseUpdate> Of(IAsyncEnumerable<string> texts)
    {
        await foreach (string text in texts)
        {
            yield return new(ChatRole.Assistant, text);
        }
    }

    static async Task AssertBrokeAsync(string expected, AIAgentBlock block)
    {
        await using var chain = Ask.Chat().Stream("agent", block).Build();
        AssertNames(expected, await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(Ask.Question())));
    }

    static void AssertNames(string expected, BlockFailedException error)
    {
        var inner = Assert.IsType<AgentFrameworkException>(error.InnerException);
        Assert.Contains(expected, inner.Message, StringComparison.Ordinal);
        Assert.Equal("scripted", inner.Name);
    }
}
