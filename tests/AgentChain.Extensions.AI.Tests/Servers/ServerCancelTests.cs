using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Servers;

/// <summary>A server learns that its answer is no longer wanted, and nothing that it sent for a wrong guess reaches the turn.</summary>
public sealed class ServerCancelTests
{
    [Fact]
    public async Task Interrupt_ServerWrites_SeesTheAbortAndNoTextFollows()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Endless, Script.Says("fine"));
        using IChatClient client = server.Client();
        await using var chain = Ask.Chat().Stream("respond", client.AsBlock()).Text().Build(new() { Grace = Ask.Patience });
        Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];
        int atInterrupt = 0;
        await Assert.ThrowsAsync<TurnInterruptedException>(() => turn.ReadAsync(read, enough: 3, then: () =>
        {
            turn.Interrupt();
            atInterrupt = read.Count;
        }).WaitAsync(Ask.Patience));

        ServerCall call = await server.CallAsync(0);
        await call.Aborted.WaitAsync(Ask.Patience);
        await call.Ended.WaitAsync(Ask.Patience);
        Assert.DoesNotContain((await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience)).Blocks, block => block.Detached);
        Assert.Equal(3, atInterrupt);
        Assert.Equal(["0 ", "1 ", "2 "], read);
        Assert.Equal(["fine "], await chain.AskAsync());
    }

    [Fact]
    public async Task Speculate_HypothesisIsWrong_NoByteOfItsAnswerReachesTheTurn()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(
            call => call.Question == "wrong" ? Script.Stalls("never to be heard")(call) : Script.Says("the right answer")(call));
        using IChatClient client = server.Client();
        var gotten = new ConcurrentQueue<string>();
        var heardWrong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IChatClient watched = client.AsBuilder().Use(
            getResponseFunc: null,
            getStreamingResponseFunc: (messages, options, inner, token) => WatchAsync(inner.GetStreamingResponseAsync(messages, options, token)))
            .Build();
        await using var chain = Chain.From<string>("desk")
            .Revise("listen", (_, token) => HearAsync(heardWrong.Task, token))
            .Then("prompt", text => Ask.Question(text))
            .Stream("respond", watched.AsBlock(), o => o.Speculate().CommitKey(messages => messages[^1].Text).SendsOut())
            .Text()
            .Build(new() { Speculation = new SpeculationOptions { Controller = new EagerController() } });

        Turn<string> turn = chain.Start("speech");
        List<string> read = [];
        await turn.ReadAsync(read).WaitAsync(Ask.Patience);

        Assert.Equal("the right answer ", string.Concat(read));
        Assert.Contains("heard ", gotten);
        Assert.Equal(["wrong", "right"], server.Calls.Select(call => call.Question));
        await server.Calls[0].Aborted.WaitAsync(Ask.Patience);
        Assert.Equal(1, (await turn.Completion).Report.Speculation.Terminated);

        async IAsyncEnumerable<ChatResponseUpdate> WatchAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
        {
            await foreach (ChatResponseUpdate update in updates)
            {
                gotten.Enqueue(update.Text);
                if (update.Text == "heard ")
                {
                    heardWrong.SetResult();
                }

                yield return update;
            }
        }
    }

    static async IAsyncEnumerable<Hypothesis<string>> HearAsync(Task wrong, [EnumeratorCancellation] CancellationToken token)
    {
        yield return Hypothesis.Tentative("wrong", 0.9);
        await wrong.WaitAsync(token);
        yield return Hypothesis.Final("right");
    }

    static async Task Endless(ServerCall call)
    {
        for (int i = 0; ; i++)
        {
            await call.SayAsync($"{i} ");
        }
    }
}
