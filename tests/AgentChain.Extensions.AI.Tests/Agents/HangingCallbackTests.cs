using System.Runtime.CompilerServices;
using AgentChain.Extensions.AI.Tests.Early;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents;

/// <summary>Callbacks of an agent that block a thread. They cost what they would have given, and hold up nothing. In real time.</summary>
public sealed class HangingCallbackTests : IDisposable
{
    readonly ManualResetEventSlim _release = new();

    [Fact]
    public Task EarlyRule_Blocks_TheModelAndItsCallsGoOn() => AssertAnswersAsync(agent => agent.Early(_ =>
    {
        _release.Wait();
        return [];
    }));

    [Fact]
    public Task EarlySource_BlocksAfterACall_TheAnswerOfTheCallGoesOn() => AssertAnswersAsync(agent => agent.Early((moment, token) =>
    {
        if (moment.Tool is not null)
        {
            _release.Wait();
        }

        return AsyncEnumerable.Empty<EarlyCall>();
    }));

    [Fact]
    public Task Filler_Blocks_TheAnswerGoesOn() => AssertAnswersAsync(agent => agent.Filler(
        _ =>
        {
            _release.Wait();
            return "One moment.";
        },
        filler => filler.After(TimeSpan.FromMilliseconds(1))));

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    static async Task AssertAnswersAsync(Action<AgentSetup> setup)
    {
        int rounds = 0;
        using var client = new ScriptedClient((_, _, token) => SayAsync(rounds++, token));
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", client.AsAgent(agent =>
            {
                agent.Tool(AIFunctionFactory.Create((int n) => n, "look"), tool => tool.Effect(Effect.Pure));
                setup(agent);
            }))
            .Text().Build();

        Assert.Equal(["done"], await chain.RunToListAsync(EarlyDesk.Request()).AsTask().WaitAsync(Ask.Patience));

        static async IAsyncEnumerable<ChatResponseUpdate> SayAsync(int round, [EnumeratorCancellation] CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, token);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [round == 0 ? EarlyDesk.Call("1", 7) : new TextContent("done")]);
        }
    }
}
