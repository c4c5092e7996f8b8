namespace AgentChain.Tests.Engine;

/// <summary>Real threads: producer, blocks and reader side by side, each about to wait for the other; no item and no wake-up is lost.</summary>
public class StreamStressTests
{
    const int Turns = 400;
    const int Items = 1000;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(64, 256)]
    public async Task StreamEach_ManyTurns_EveryItemArrivesInOrder(int streamCapacity, int outputCapacity)
    {
        await using StreamChain<int, int> chain = Chain.From<int>("stress")
            .Stream<int>("count", (n, _, _) => CountAsync(n))
            .StreamEach<int>("each", (x, _, _) => OneAsync(x), o => o.StreamCapacity(streamCapacity))
            .ThenEach("fused", (int x) => x)
            .ThenEach("then", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.StreamCapacity(streamCapacity))
            .Build(new ChainOptions { OutputCapacity = outputCapacity });
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Turns / 2; i++)
            {
                int expected = 0;
                await foreach (int item in chain.Start(Items).Output)
                {
                    Assert.Equal(expected++, item);
                }

                Assert.Equal(Items, expected);
            }
        }))).WaitAsync(Patience);
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public async Task Output_ReaderLeavesWhileItemsCome_EveryTurnEndsOnce()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("leaves")
            .Stream<int>("count", (n, _, _) => CountAsync(n))
            .StreamEach<int>("each", (x, _, _) => OneAsync(x), o => o.StreamCapacity(2))
            .Build(new ChainOptions { OutputCapacity = 2 });
        var outcomes = new int[Enum.GetValues<TurnOutcome>().Length];
        await Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 3000; i++)
            {
                Turn<int> turn = chain.Start(i % 12);
                int left = i % 7;
                await foreach (int _ in turn.ReadOutput(keepRunning: i % 3 == 0))
                {
                    if (left-- == 0)
                    {
                        break;
                    }
                }

                if (i % 3 == 0)
                {
                    await foreach (int _ in turn.Output)
                    {
                    }
                }

                Interlocked.Increment(ref outcomes[(int)(await turn.Completion).Outcome]);
            }
        }))).WaitAsync(Patience);
        Assert.Equal(6000, outcomes.Sum());
        Assert.Equal(6000, outcomes[(int)TurnOutcome.Completed] + outcomes[(int)TurnOutcome.Interrupted]);
        Assert.NotEqual(0, outcomes[(int)TurnOutcome.Interrupted]);
        Assert.Equal(0, chain.LiveTurns);
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    static async IAsyncEnumerable<int> CountAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
            if (i % 100 == 99)
            {
                await Task.Yield();
            }
        }
    }

    static async IAsyncEnumerable<int> OneAsync(int x)
    {
        if (x % 50 == 49)
        {
            await Task.Yield();
        }

        yield return x;
    }
}
