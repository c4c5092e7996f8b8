namespace AgentChain.Tests.Engine;

/// <summary>Real threads: once a turn is said to be quiet, none of its blocks begins.</summary>
public class QuietStressTests
{
    const int Turns = 30_000;

    [Fact]
    public async Task QuietAsync_TurnEndsWhileItsNextBlockIsAboutToBegin_NothingBeginsAfterIt()
    {
        var quiet = new bool[Turns];
        int late = 0;
        await using Chain<int, int> chain = Chain.From<int>("quiet")
            .Then("first", WorkAsync)
            .Then("second", WorkAsync, o => o.Concurrency(2))
            .Then("third", WorkAsync)
            .Build();
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < Turns; i = Interlocked.Increment(ref next))
            {
                Turn<int> turn = chain.Start(i);
                await Yields.Async(i % 7);
                turn.Interrupt();
                await turn.WhenQuiescentAsync().WaitAsync(TimeSpan.FromSeconds(60));
                Volatile.Write(ref quiet[i], true);
            }
        })));
        Assert.Equal(0, late);
        Assert.Equal(0, chain.LiveTurns);

        async ValueTask<int> WorkAsync(int x, CancellationToken token)
        {
            if (Volatile.Read(ref quiet[x]))
            {
                Interlocked.Increment(ref late);
            }

            await Task.Yield();
            return x;
        }
    }
}
