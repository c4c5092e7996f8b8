using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Turns end on time, whether or not their blocks observe their token.</summary>
public class DetachTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Deadline_BlockIgnoresItsToken_TurnEndsOnTimeAndTheBlockIsDetachedAndCounted(bool stream) => VirtualWorld.Run(async world =>
    {
        ChainOptions options = world.Options(o =>
        {
            o.Budget = LatencyBudget.Total(100.Milliseconds());
            o.Grace = 50.Milliseconds();
        });
        ChainBuilder<int, int> from = Chain.From<int>("deaf");
        await using ChainBase<int, int> chain = stream
            ? from.Stream<int>("deaf", (x, _, _) => Deaf()).Build(options)
            : from.Then("deaf", world.DeafWork<int>(1000)).Build(options);
        Turn<int> turn = chain.Start(1);
        TurnResult result = await turn.Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        Assert.Null(Assert.IsType<TurnDeadlineExceededException>(result.Error).Block);
        Assert.InRange(result.Report.Elapsed.TotalMilliseconds, 100, 100.01);
        Assert.Equal(0, chain.LiveTurns);

        await world.Delay(49);
        Assert.Equal(0, chain.DetachedBlocks);
        await world.Delay(2);
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(1000);
        Assert.Equal(0, chain.DetachedBlocks);
        await Assert.ThrowsAsync<TurnDeadlineExceededException>(async () => await turn.Output.ToListAsync());

        async IAsyncEnumerable<int> Deaf()
        {
            await world.Delay(1000);
            yield return 1;
        }
    });

    [Fact]
    public void Deadline_BlockObeysWithinTheGrace_IsNotDetached() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("slow to stop").Then("block", async (int x, CancellationToken token) =>
        {
            try
            {
                await world.Delay(1000, token);
            }
            catch (OperationCanceledException)
            {
                await world.Delay(30);
            }

            return x;
        }).Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        await world.Delay(500);
        Assert.DoesNotContain(result.Report.Spans, s => s.Notes.HasFlag(SpanNotes.Detached));
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public async Task Interrupt_BlockBlocksItsThread_TurnEndsAllTheSameAndTheBlockIsDetached()
    {
        var begun = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        await using Chain<int, int> chain = Chain.From<int>("blocking").Then("blocking", (int x, CancellationToken _) =>
        {
            if (x == 1)
            {
                begun.SetResult();
                release.Wait();
            }

            return ValueTask.FromResult(x);
        }).Build(new ChainOptions { Grace = 10.Milliseconds() });
        Turn<int> turn = chain.Start(1);
        await begun.Task;
        turn.Interrupt();
        TurnResult result = await turn.Completion.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(TurnOutcome.Interrupted, result.Outcome);
        await Eventually.Async(() => chain.DetachedBlocks == 1);
        Assert.Contains(result.Report.Spans, s => s.Notes.HasFlag(SpanNotes.Detached));
        Assert.Equal(2, await chain.RunAsync(2));
        release.Set();
        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    [Fact]
    public void Detach_BlockLimitedToOneTurn_ItsPlaceIsGivenToTheNext() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("one")
            .Then("one at a time", async (int x, CancellationToken _) =>
            {
                await world.Delay(x);
                return x;
            }, o => o.Concurrency(1))
            .Build(world.Options(o => o.Grace = 20.Milliseconds()));
        Turn<int> deaf = chain.Start(1000);
        Turn<int> next = chain.Start(10);
        await world.Delay(50);
        deaf.Interrupt();
        Assert.Equal(10, await next.Output.SingleAsync());
        Assert.InRange((await next.Completion).Report.Elapsed.TotalMilliseconds, 80, 80.01);
    });

    [Fact]
    public void LateResult_OfADetachedBlock_IsNeverSeen() => VirtualWorld.Run(async world =>
    {
        List<int> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("late")
            .Then("deaf", world.DeafWork<int>(300))
            .Tap("behind", (x, _) => seen.Add(x))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(100.Milliseconds())));
        Turn<int> turn = chain.Start(1);
        await turn.Completion;
        await world.Delay(1000);
        Assert.Empty(seen);
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await turn.Completion).Outcome);
    });

    [Fact]
    public void Interrupt_SeveralBlocksAreDeaf_AllAreLeftBehindAfterTheGrace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("deaf")
            .Parallel("both", l => l.Then("left", world.DeafWork<int>(500)), r => r.Then("right", world.DeafWork<int>(700)), (x, _, _) => x)
            .Build(world.Options(o => o.Grace = 50.Milliseconds()));
        Turn<int> turn = chain.Start(1);
        await world.Delay(100);
        turn.Interrupt();
        await world.Delay(51);
        Assert.Equal(2, chain.DetachedBlocks);
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.Equal([("left", true), ("right", true)], quiet.Blocks.Select(b => (b.Block, b.Detached)));
        await world.Delay(400);
        Assert.Equal(1, chain.DetachedBlocks);
        await world.Delay(400);
        Assert.Equal(0, chain.DetachedBlocks);
    });

    [Fact]
    public async Task TokenCallbackThrows_OutcomeStandsAndOthersAreTold()
    {
        var told = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using Chain<int, int> chain = Chain.From<int>("callbacks").Then("block", async (int x, CancellationToken token) =>
        {
            token.Register(() => told.SetResult());
            token.Register(() => throw new InvalidDataException());
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return x;
        }).Build();
        Turn<int> turn = chain.Start(1);
        await begun.Task;
        turn.Interrupt();
        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
        await told.Task;
    }

    [Fact]
    public async Task TokenCallbackBlocks_TokensOfOtherTurnsFireAllTheSame()
    {
        var callback = new BlockedCallback();
        await using Chain<int, int> chain = Chain.From<int>("callbacks").Then("block", callback.WorkAsync)
            .Build(new ChainOptions { Budget = LatencyBudget.Total(50.Milliseconds()) });
        await callback.OthersAreToldAsync(chain);
    }

    [Fact]
    public void Deadline_LongerThanTime_NeverFires() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("long").Then("work", world.Work<int>(1000)).Stream("items", (x, token) => world.Count([1000], token))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(TimeSpan.MaxValue).AndStall(TimeSpan.MaxValue)));
        Assert.Equal([0], await chain.RunToListAsync(1));
    });
}
