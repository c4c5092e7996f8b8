using System.Text.Json;
using AgentChain.Extensions.AI;
using Microsoft.Agents.AI;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Extensions.AI;
using AgentSession = Microsoft.Agents.AI.AgentSession;

namespace AgentChain.AgentFramework.Tests;

public sealed class ChainAgentTests
{
    [Fact]
    public async Task RunStreamingAsync_ChainOfText_EachItemIsAnUpdateOfTheAgent()
    {
        await using var chain = Count();
        AIAgent agent = chain.AsAIAgent("counter", "Counts.");

        List<AgentResponseUpdate> updates = await agent.RunStreamingAsync("a b").ToListAsync().AsTask().WaitAsync(Ask.Patience);

        Assert.Equal(["1 ", "b ", ""], updates.Select(update => update.Text));
        Assert.All(updates, update => Assert.Equal((agent.Id, "counter", ChatRole.Assistant), (update.AgentId, update.AuthorName, update.Role)));
        Assert.Equal(TurnOutcome.Completed, Assert.IsType<TurnResult>(updates[^1].RawRepresentation).Outcome);
        Assert.Equal(("counter", "Counts."), (agent.Name, agent.Description));
    }

    [Fact]
    public async Task RunAsync_WithASession_TheChainGetsTheHistory()
    {
        await using var chain = Count();
        AIAgent agent = chain.AsAIAgent();
        AgentSession session = await agent.CreateSessionAsync();

        Assert.Equal("1 a ", (await agent.RunAsync("x a", session).WaitAsync(Ask.Patience)).Text);
        AgentResponse second = await agent.RunAsync("y b", session).WaitAsync(Ask.Patience);

        Assert.Equal(("3 b ", agent.Id), (second.Text, second.AgentId));
        Assert.NotEmpty(Assert.IsType<TurnResult>(second.RawRepresentation).Report.Parts);
        Assert.Equal(["x a", "1 a ", "y b", "3 b "], session.GetService<IReadOnlyList<ChatMessage>>()!.Select(message => message.Text));
    }

    [Fact]
    public async Task DeserializeSessionAsync_ASerializedSession_GoesOnWhereItWas()
    {
        await using var chain = Count();
        AIAgent agent = chain.AsAIAgent();
        AgentSession session = await agent.CreateSessionAsync();
        session.StateBag.SetValue("note", "kept");
        await agent.RunAsync("x a", session).WaitAsync(Ask.Patience);

        JsonElement stored = await agent.SerializeSessionAsync(session);
        AgentSession again = await agent.DeserializeSessionAsync(JsonDocument.Parse(stored.GetRawText()).RootElement);

        Assert.Equal("3 b ", (await agent.RunAsync("y b", again).WaitAsync(Ask.Patience)).Text);
        Assert.Equal("kept", again.StateBag.GetValue<string>("note"));
        await Assert.ThrowsAsync<JsonException>(() => agent.DeserializeSessionAsync(JsonDocument.Parse("[]").RootElement).AsTask());
    }

    [Fact]
    public async Task RunStreamingAsync_TokenCanceled_InterruptsTheTurnAndKeepsWhatWasRead()
    {
        TaskCompletionSource ended = Ask.Signal();
        await using var chain = Ask.Chat().Stream("slow", (_, token) => Ask.OneThenWait(ended, token)).Build();
        AIAgent agent = chain.AsAIAgent();
        AgentSession session = await agent.CreateSessionAsync();
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (AgentResponseUpdate update in agent.RunStreamingAsync("hello", session, cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        }).WaitAsync(Ask.Patience);

        await ended.Task.WaitAsync(Ask.Patience);
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(["hello", "one "], session.GetService<IReadOnlyList<ChatMessage>>()!.Select(message => message.Text));
    }

    [Fact]
    public async Task RunAsync_BlockFails_ThrowsTheTurnsExceptionAndAddsNothing()
    {
        await using var chain = Ask.Chat().Then("look", IReadOnlyList<ChatMessage> (_) => throw new IOException("no disk"))
            .Stream("speak", (messages, _) => messages.Select(m => m.Text).ToAsyncEnumerable()).Build();
        AIAgent agent = chain.AsAIAgent();
        AgentSession session = await agent.CreateSessionAsync();

        var error = await Assert.ThrowsAsync<BlockFailedException>(() => agent.RunAsync("x", session).WaitAsync(Ask.Patience));

        Assert.Equal("look", error.Block);
        Assert.Empty(session.GetService<IReadOnlyList<ChatMessage>>()!);
    }

    [Fact]
    public async Task RunAsync_SessionOfAnotherAgent_IsRefused()
    {
        await using var chain = Count();

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => chain.AsAIAgent().RunAsync("x", new ScriptedAgent.Session()).WaitAsync(Ask.Patience));

        Assert.Contains("CreateSessionAsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_InsideMiddleware_AnswersAndKeepsItsSession()
    {
        await using var chain = Count();
        AIAgent agent = chain.AsAIAgent().AsBuilder()
            .UseOpenTelemetry()
            .UseLogging(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            .Build();
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync("x a", session).WaitAsync(Ask.Patience);

        Assert.Equal("3 b ", (await agent.RunAsync("y b", session).WaitAsync(Ask.Patience)).Text);
        Assert.Same(chain, agent.GetService<StreamChain<IReadOnlyList<ChatMessage>, string>>());
    }

    [Fact]
    public async Task BuildSequential_TwoChainsAsAgents_RunAsABlockOfAThirdChain()
    {
        await using var one = Ask.Chat("one").Stream("speak", (m, _) => new[] { "first" }.ToAsyncEnumerable()).Build();
        await using var two = Ask.Chat("two").Stream("speak", (m, _) => new[] { $"after {m[^1].Text}" }.ToAsyncEnumerable()).Build();
        Workflow workflow = AgentWorkflowBuilder.BuildSequential(one.AsAIAgent(), two.AsAIAgent());
        await using var chain = Ask.Chat().Stream("workflow", workflow.AsBlock()).Text().Build();

        string said = string.Concat(await chain.AskAsync(Ask.Question()));

        Assert.Contains("first", said, StringComparison.Ordinal);
        Assert.EndsWith("after first", said, StringComparison.Ordinal);
    }

    /// <summary>Says how many messages it got, then the last word of the last one.</summary>
    static StreamChain<IReadOnlyList<ChatMessage>, string> Count() => Ask.Chat()
        .Stream("count", (m, _) => new[] { $"{m.Count} ", m[^1].Text.Split(' ')[^1] + " " }.ToAsyncEnumerable()).Build();
}
