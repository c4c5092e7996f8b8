using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>A clock of the host's on real threads: it is not virtual time, and nothing of the host's may run where its timer fires.</summary>
public class OwnClockTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Completion_HostBlocksAfterIt_OtherDeadlinesFire()
    {
        using var gate = new ManualResetEventSlim();
        await using Chain<int, int> chain = Deaf(LatencyBudget.Total(50.Milliseconds()));
        Turn<int> first = chain.Start(1);
        Task host = Host();
        try
        {
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await first.Completion.WaitAsync(Never)).Outcome);
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(2).Completion.WaitAsync(Never)).Outcome);
        }
        finally
        {
            gate.Set();
        }

        await host.WaitAsync(Never);

        async Task Host()
        {
            await first.Completion;
            gate.Wait();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Callback_Blocks_NeitherTheCallerNorAnotherTurnWaits(bool byDeadline)
    {
        using var gate = new ManualResetEventSlim();
        var begun = new SemaphoreSlim(0);
        await using Chain<int, int> chain = Chain.From<int>("clock").Then("callback", async (int x, CancellationToken token) =>
        {
            token.Register(() =>
            {
                if (x < 3)
                {
                    gate.Wait();
                }
            });
            begun.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build(new ChainOptions { TimeProvider = new OwnClock(), Budget = byDeadline ? LatencyBudget.Total(300.Milliseconds()) : LatencyBudget.None });
        try
        {
            for (int i = 0; i < 6; i++)
            {
                Turn<int> turn = chain.Start(i);
                if (!byDeadline)
                {
                    Assert.True(await begun.WaitAsync(Never));
                    await Task.Run(turn.Interrupt).WaitAsync(Never);
                }

                Assert.Equal(byDeadline ? TurnOutcome.DeadlineExceeded : TurnOutcome.Interrupted, (await turn.Completion.WaitAsync(Never)).Outcome);
            }
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task DrainAsync_HostThenBlocksOnTheTurn_ItIsOver()
    {
        await using Chain<int, int> chain = Chain.From<int>("clock").Then("work", async (int x, CancellationToken token) =>
        {
            await Task.Delay(20, token);
            return x;
        }).Build(new ChainOptions { TimeProvider = new OwnClock() });
        Turn<int> turn = chain.Start(1);
        await Task.Run(async () =>
        {
            await chain.DrainAsync();
            Assert.True(turn.Completion.IsCompleted);
        }).WaitAsync(Never);
    }

    [Fact]
    public async Task OutputCapacity_IsTheLargest_ChainWorks()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("large").Stream<int>("items", (n, _, _) => Enumerable.Range(0, n).ToAsyncEnumerable(), o => o.StreamCapacity(int.MaxValue))
            .StreamEach<int>("each", (x, _, _) => new[] { x }.ToAsyncEnumerable())
            .Build(new ChainOptions { OutputCapacity = int.MaxValue });
        Assert.Equal(Enumerable.Range(0, 1000), await chain.RunToListAsync(1000).AsTask().WaitAsync(Never));
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public async Task Candidates_NeverEnd_TheFirstAreTaken()
    {
        int asked = 0;
        await using Chain<int, int> chain = Chain.From<int>("endless")
            .Then("guessed", async (int x, CancellationToken token) =>
            {
                await Task.Yield();
                return x;
            }, o => o.Candidates(Endless))
            .Then("behind", (x, _) => ValueTask.FromResult(x), o => o.Speculate())
            .Build(new ChainOptions { Speculation = new SpeculationOptions { Controller = new EagerController() } });
        Assert.Equal(7, await chain.RunAsync(7).AsTask().WaitAsync(Never));
        await chain.DisposeAsync().AsTask().WaitAsync(Never);
        Assert.InRange(Volatile.Read(ref asked), 0, 1000);

        IEnumerable<Hypothesis<int>> Endless(int x, BlockContext context)
        {
            while (Interlocked.Increment(ref asked) > 0)
            {
                yield return Hypothesis.Tentative(x, 0.1);
            }
        }
    }

    static Chain<int, int> Deaf(LatencyBudget budget) => Chain.From<int>("clock").Then("deaf", async (int x, CancellationToken _) =>
    {
        await Task.Delay(1000, CancellationToken.None);
        return x;
    }).Build(new ChainOptions { TimeProvider = new OwnClock(), Budget = budget });

    sealed class OwnClock : TimeProvider;
}
