namespace AgentChain.Tests.Engine;

/// <summary>Real threads: turns come, work, wait for a worker and are interrupted at once; the queue never loses count of its places.</summary>
public class QueueStressTests
{
    const int Turns = 30_000;
    const int Producers = 8;
    const int Workers = 3;
    const int QueueSlots = 6;

    [Theory]
    [InlineData(QueueFullMode.Reject)]
    [InlineData(QueueFullMode.Wait)]
    public async Task RacingInterrupts_FewWorkers_NeverMoreAtWorkAndEachPlaceIsThereInTheEnd(QueueFullMode rule)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int working = 0, most = 0;
        await using Chain<int, int> chain = Chain.From<int>("queue")
            .Then("narrow", async (int x, CancellationToken _) =>
            {
                int now = Interlocked.Increment(ref working);
                for (int seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                {
                    Interlocked.CompareExchange(ref most, now, seen);
                }

                await (x < 0 ? release.Task : Yields.Async(x % 3));
                Interlocked.Decrement(ref working);
                return x;
            }, o => o.Concurrency(Workers).Capacity(QueueSlots, rule))
            .Build(new ChainOptions { Grace = 60.Seconds() });

        int next = 0, completed = 0;
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i <= Turns; i = Interlocked.Increment(ref next))
            {
                Turn<int> turn = chain.Start(i);
                if (i % 3 == 0)
                {
                    await Yields.Async(i % 4);
                    turn.Interrupt();
                }

                if ((await turn.Completion).Outcome == TurnOutcome.Completed)
                {
                    Interlocked.Increment(ref completed);
                }
            }
        })));
        await Eventually.Async(() => Volatile.Read(ref working) == 0);

        // A run that was interrupted has stopped working just before it gives its place back.
        Turn<int>[] filling = Fill();
        for (int tries = 0; tries < 100 && filling.Any(t => t.Completion.IsCompleted); tries++)
        {
            foreach (Turn<int> turn in filling)
            {
                await turn.DisposeAsync();
            }

            release.SetResult();
            release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Eventually.Async(() => Volatile.Read(ref working) == 0);
            await Task.Delay(20);
            filling = Fill();
        }

        await Eventually.Async(() => Volatile.Read(ref working) == Workers);
        Assert.All(filling, t => Assert.False(t.Completion.IsCompleted));
        Turn<int> oneMore = chain.Start(-QueueSlots - 1);
        if (rule == QueueFullMode.Reject)
        {
            Assert.Equal(TurnOutcome.Rejected, (await oneMore.Completion).Outcome);
        }

        release.SetResult();
        Assert.All(await Task.WhenAll(filling.Select(t => t.Completion)), r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
        await oneMore.Completion.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Workers, most);
        Assert.True(completed > 0);
        Assert.Equal(0, chain.LiveTurns);

        Turn<int>[] Fill() => [.. Enumerable.Range(1, QueueSlots).Select(i => chain.Start(-i))];
    }
}
