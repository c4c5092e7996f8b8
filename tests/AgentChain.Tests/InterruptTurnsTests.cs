namespace AgentChain.Tests;

public class InterruptTurnsTests
{
    [Fact]
    public async Task InterruptTurns_TurnsInside_EndsAllOfThemAndNoLaterOne()
    {
        // Disposed only where all is well: where a turn was not interrupted, disposal would wait for it.
        Chain<int, int> chain = Chain.From<int>("held")
            .Then("hold", async (int i, CancellationToken token) =>
            {
                await Task.Delay(i, token);
                return i;
            })
            .Build();
        await chain.RunAsync(0);
        Turn<int>[] turns = [.. Enumerable.Range(0, 100).Select(_ => chain.Start(Timeout.Infinite))];
        turns[50].Interrupt();
        chain.InterruptTurns();
        Assert.All(await Task.WhenAll(turns.Select(t => t.Completion)).WaitAsync(TimeSpan.FromSeconds(60)), r => Assert.Equal(TurnOutcome.Interrupted, r.Outcome));
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(0, await chain.RunAsync(0));
        await chain.DisposeAsync();
    }

    [Fact]
    public async Task InterruptTurns_TurnsComingAndGoing_LeavesNoneBehind()
    {
        await using Chain<int, int> chain = Chain.From<int>("busy").Then("yield", async (int i, CancellationToken _) =>
        {
            await Task.Yield();
            return i;
        }).Build();
        Task<TurnOutcome[]>[] feeders = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            List<TurnOutcome> ends = [];
            for (int i = 0; i < 500; i++)
            {
                ends.Add((await chain.Start(i).Completion).Outcome);
            }

            return ends.ToArray();
        }))];
        while (feeders.Any(f => !f.IsCompleted))
        {
            chain.InterruptTurns();
            await Task.Yield();
        }

        Assert.All((await Task.WhenAll(feeders)).SelectMany(e => e), o => Assert.True(o is TurnOutcome.Completed or TurnOutcome.Interrupted, $"{o}"));
        Assert.Equal(0, chain.LiveTurns);
        await chain.DrainAsync();
    }
}
