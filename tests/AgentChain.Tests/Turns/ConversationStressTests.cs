using System.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Turns;

/// <summary>Real threads: pauses, barge-ins, interruptions, new turns and closings race; nothing is lost or leaked.</summary>
public class ConversationStressTests(ITestOutputHelper output)
{
    const int Conversations = 40;
    const int TurnsEach = 100;

    [Fact]
    public async Task BargeIns_FourThousandTurns_EveryHistoryIsTrueAndNothingLeaks()
    {
        long start = Stopwatch.GetTimestamp();
        await using StreamChain<int, int> chain = Chain.From<int>("talk")
            .Then("think", WorkAsync, o => o.Concurrency(4).Capacity(8))
            .Stream<int>("say", (_, _, token) => SayAsync(token))
            .ThenEach("speak", WorkAsync, o => o.On("cpu").StreamCapacity(2))
            .Build(new ChainOptions { OutputCapacity = 2 });
        int[] heard = await Task.WhenAll(Enumerable.Range(0, Conversations).Select(seed => Task.Run(() => TalkAsync(chain, seed))));

        output.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {heard.Sum()} items heard");
        Assert.Equal(0, chain.LiveTurns);
        await Eventually.Async(() => chain.DetachedBlocks == 0);
        await Eventually.Async(() => chain.Devices.OpenLeases == 0);
        Assert.Equal([1, 2, 3], (await chain.RunToListAsync(0)).Take(3));
    }

    static async Task<int> TalkAsync(ChainBase<int, int> chain, int seed)
    {
        var random = new Random(seed);
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions
        {
            HistoryLength = TurnsEach,
            FalseAlarmAfter = 1.Milliseconds(),
            Overlap = seed % 4 == 0 ? TurnOverlap.Wait : TurnOverlap.Interrupt,
        });
        List<Task<(Turn<int> Turn, int Given)>> readers = [];
        for (int i = 0; i < TurnsEach; i++)
        {
            Turn<int> turn = await conversation.StartAsync(i);
            readers.Add(Task.Run(() => ReadAsync(turn)));
            int what = random.Next(10);
            Task[] racing = [.. Enumerable.Range(0, random.Next(4)).Select(k => Task.Run(() => Disturb(conversation, turn, (what + k) % 10)))];
            await Task.WhenAll(racing);
            if (seed % 4 == 0 || random.Next(2) == 0)
            {
                turn.Resume();
                await turn.Completion.WaitAsync(TimeSpan.FromMinutes(2));
                await readers[^1];
            }
        }

        conversation.Interrupt();
        await conversation.DisposeAsync();
        Dictionary<long, int> given = [];
        foreach ((Turn<int> turn, int items) in await Task.WhenAll(readers))
        {
            given[turn.Id.Value] = items;
            await turn.WhenQuiescentAsync();
        }

        Assert.All(conversation.History, e =>
        {
            Assert.Equal(Enumerable.Range(1, e.Output.Count), e.Output);
            Assert.Equal(Enumerable.Range(1, e.Heard.Count), e.Heard);
            Assert.True(e.Heard.Count <= given[e.Turn.Value], $"{e} heard {e.Heard.Count} of {given[e.Turn.Value]}");
            if (e.Outcome == TurnOutcome.Completed)
            {
                Assert.Equal(6, e.Output.Count);
            }
        });
        return given.Values.Sum();
    }

    static void Disturb(Conversation<int, int> conversation, Turn<int> turn, int what)
    {
        switch (what)
        {
            case 0:
                conversation.Interrupt();
                conversation.Interrupt();
                break;
            case 1:
                turn.Pause();
                turn.Resume();
                break;
            case 2:
                conversation.BeginBargeIn().Commit();
                break;
            case 3:
                using (conversation.BeginBargeIn())
                {
                    conversation.BeginBargeIn().Resume();
                }

                break;
            case 4:
                conversation.BeginBargeIn();
                break;
            case 5:
                BargeIn bargeIn = conversation.BeginBargeIn();
                Parallel.Invoke(() => bargeIn.Commit(), () => bargeIn.Resume(), bargeIn.Dispose);
                break;
            case 6:
                turn.ReportHeard(2);
                turn.Interrupt();
                break;
            case 7:
                _ = conversation.History;
                break;
        }
    }

    static async Task<(Turn<int> Turn, int Given)> ReadAsync(Turn<int> turn)
    {
        int given = 0;
        try
        {
            await foreach (int item in turn.Output)
            {
                Assert.Equal(++given, item);
            }
        }
        catch (TurnInterruptedException)
        {
            // Interrupted, or the rest was taken away.
        }

        return (turn, given);
    }

    static async ValueTask<int> WorkAsync(int x, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        await Task.Yield();
        return x;
    }

    static async IAsyncEnumerable<int> SayAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 1; i <= 6; i++)
        {
            if (i == 4)
            {
                await Task.Yield();
            }

            token.ThrowIfCancellationRequested();
            yield return i;
        }
    }
}
