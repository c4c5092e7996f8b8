using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>Agents on real threads: many sessions at once, with interruptions.</summary>
public sealed class AgentThreadTests
{
    [Fact]
    public async Task Sessions_ManyAtOnceWithInterruptions_HistoriesAreWholeAndEffectsHappenOnce()
    {
        int effects = 0;
        HashSet<string> keys = [];
        using var client = new ScriptedClient((messages, _, _) => messages[^1].Role == ChatRole.Tool
            ? ScriptedClient.Words("all is done now").ToAsyncEnumerable()
            : Calls(messages.Count));
        AgentBlock agent = client.AsAgent(a => a
            .Tool(AIFunctionFactory.Create(async (int n, CancellationToken token) => { await Task.Delay(n % 3, token); return n; }, "look"), t => t
                .Effect(Effect.Pure).Concurrency(4))
            .Tool(AIFunctionFactory.Create((AIFunctionArguments arguments, int n) =>
            {
                Interlocked.Increment(ref effects);
                lock (keys)
                {
                    Assert.True(keys.Add(ToolCall.From(arguments)!.IdempotencyKey));
                }

                return n;
            }, "pay")));
        await using var chain = Chain.From<AgentRequest>("desk").Stream("agent", agent).Text().Build();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => Task.Run(() => TalkAsync(seed)))).WaitAsync(Ask.Patience);

        Assert.InRange(effects, 100, 16 * 20);
        Assert.Equal(effects, keys.Count);

        async Task TalkAsync(int seed)
        {
            var random = new Random(seed);
            var session = new AgentSession();
            for (int i = 0; i < 20; i++)
            {
                await using Turn<string> turn = await chain.StartAsync(session.Ask($"question {i}"));
                if (random.Next(3) == 0)
                {
                    await Task.Delay(random.Next(3));
                    turn.Interrupt();
                }

                TurnResult result = await turn.Completion;
                Assert.True(result.Outcome is TurnOutcome.Completed or TurnOutcome.Interrupted, $"{result.Error}");
                History.AssertWhole(session.Messages);
            }
        }
    }

    static async IAsyncEnumerable<ChatResponseUpdate> Calls(int at)
    {
        yield return new(ChatRole.Assistant, "one moment ");
        await Task.Yield();
        for (int i = 0; i < 4; i++)
        {
            yield return new(ChatRole.Assistant, [new FunctionCallContent($"{at}-{i}", "look", new Dictionary<string, object?> { ["n"] = i })]);
        }

        yield return new(ChatRole.Assistant, [new FunctionCallContent($"{at}-a", "pay", new Dictionary<string, object?> { ["n"] = 1 })]);
        yield return new(ChatRole.Assistant, [new FunctionCallContent($"{at}-b", "pay", new Dictionary<string, object?> { ["n"] = 1 })]);
    }
}
