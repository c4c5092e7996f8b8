using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public sealed class AdmissionTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    [Fact]
    public void StartAsync_ChainIsFull_TurnsEnterInTheOrderInWhichTheyCame()
    {
        VirtualWorld.Run(async world =>
        {
            List<string> begun = [];
            await using Chain<int, int> chain = Chain.From<int>("full")
                .Tap("begin", (x, _) => begun.Add($"{world.Elapsed.Ms()} {x}"))
                .Then("work", world.Work<int>(10))
                .Build(world.Options(o => o.MaxTurns = 2));
            TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 7).Select(async i => await (await chain.StartAsync(i)).Completion));
            Assert.Equal(["0 0", "0 1", "10 2", "10 3", "20 4", "20 5", "30 6"], begun);
            Assert.All(results, r => Assert.Equal(TurnOutcome.Completed, r.Outcome));
            Assert.Equal(0, chain.LiveTurns);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StartAsync_HasWaited_TheWaitIsAPartOfEntryAndCountsAgainstTheBudget(bool isStream)
    {
        VirtualWorld.Run(async world =>
        {
            ChainBuilder<int, int> builder = Chain.From<int>("full").Then("work", world.Work<int>(10));
            ChainOptions options = world.Options(o => (o.MaxTurns, o.Budget) = (1, LatencyBudget.Total(25.Milliseconds())));
            await using ChainBase<int, int> chain = isStream
                ? builder.Stream("items", (_, _, token) => world.Count([0], token)).Build(options)
                : builder.Build(options);
            Turn<int> first = chain.Start(0);
            Turn<int> second = await chain.StartAsync(1);
            TurnReport report = (await second.Completion).Report;
            Assert.Equal(20, report.Elapsed.Ms());
            Assert.Equal(
                [("entry", PartKind.Queue, 10.0), ("work", PartKind.Block, 10.0)],
                report.Parts.Where(p => p.Duration.Ms() > 0).Select(p => (p.Owner, p.Kind, p.Duration.Ms())));

            // The third is let in after 20 of its 25 ms.
            Task<Turn<int>>[] more = [chain.StartAsync(2).AsTask(), chain.StartAsync(3).AsTask(), chain.StartAsync(4).AsTask()];
            TurnResult late = await (await more[2]).Completion;
            Assert.Equal(TurnOutcome.DeadlineExceeded, late.Outcome);
            Assert.Equal(25, late.Report.Elapsed.Ms());
        });
    }

    [Fact]
    public void StartAsync_BudgetEndsBeforeThereIsRoom_TurnIsRejectedAndSaysHowLongItWaited()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("full")
                .Then("work", world.DeafWork<int>(100))
                .Build(world.Options(o => (o.MaxTurns, o.Budget) = (1, LatencyBudget.FirstOutput(120.Milliseconds()))));
            Turn<int> first = chain.Start(0);
            Task<Turn<int>> second = chain.StartAsync(1).AsTask(), third = chain.StartAsync(2).AsTask();

            // The second has 20 ms left when it is let in; when they end, the third has none.
            TurnResult result = await (await third).Completion;
            Assert.Equal(TurnOutcome.Rejected, result.Outcome);
            Assert.Equal(120, world.Elapsed.Ms());
            Assert.Contains("120 ms", result.Error!.Message, StringComparison.Ordinal);
            Assert.Contains("MaxTurns", result.Error.Message, StringComparison.Ordinal);
            ReportPart part = Assert.Single(result.Report.Parts);
            Assert.Equal(("entry", PartKind.Queue, 120.0), (part.Owner, part.Kind, part.Duration.Ms()));
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await (await second).Completion).Outcome);
            Assert.Equal(0, chain.LiveTurns);
        });
    }

    [Fact]
    public void StartAsync_BudgetEndsAndNoTurnLeaves_TurnIsRejectedThen()
    {
        VirtualWorld.Run(async world =>
        {
            await using StreamChain<int, int> chain = Chain.From<int>("full")
                .Stream<int>("items", (_, _, token) => world.Count([10, 990], token))
                .Build(world.Options(o => (o.MaxTurns, o.MaxWaitingTurns, o.Budget) = (1, 1, LatencyBudget.FirstOutput(120.Milliseconds()))));
            Turn<int> first = chain.Start(0);
            TurnResult rejected = await (await chain.StartAsync(1)).Completion;
            Assert.Equal((TurnOutcome.Rejected, 120.0), (rejected.Outcome, world.Elapsed.Ms()));

            // Its place in the line is free for another.
            rejected = await (await chain.StartAsync(2)).Completion;
            Assert.Equal((TurnOutcome.Rejected, 240.0), (rejected.Outcome, world.Elapsed.Ms()));
            Assert.Equal([0, 1], await first.Output.ToListAsync());
        });
    }

    [Fact]
    public void StartAsync_TokenFiredDuringTheWait_ItsPlaceInTheLineIsFree()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("full")
                .Then("work", world.Work<int>(100))
                .Build(world.Options(o => (o.MaxTurns, o.MaxWaitingTurns) = (1, 1)));
            Turn<int> first = chain.Start(0);
            using var source = new CancellationTokenSource();
            Task<Turn<int>> gone = chain.StartAsync(1, source.Token).AsTask();
            await world.Delay(5);
            source.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
            Assert.Equal(TurnOutcome.Completed, (await (await chain.StartAsync(2)).Completion).Outcome);
            Assert.Equal(200, world.Elapsed.Ms());
        });
    }

    [Fact]
    public void Start_OthersWaitForRoom_DoesNotOvertakeThem()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("full").Then("work", world.Work<int>(10)).Build(world.Options(o => o.MaxTurns = 1));
            Turn<int> first = chain.Start(0);
            Task<Turn<int>> waits = chain.StartAsync(1).AsTask();
            TurnResult refused = default!;
            _ = first.Completion.ContinueWith(
                async _ => refused = await chain.Start(2).Completion, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, world.Scheduler);
            Assert.Equal(TurnOutcome.Completed, (await (await waits).Completion).Outcome);
            Assert.Equal(TurnOutcome.Rejected, refused.Outcome);
            Assert.Equal(3, await chain.RunAsync(3));
        });
    }

    [Fact]
    public void StartAsync_TokenFires_ThrowsDuringTheWaitAndInterruptsTheTurnLater()
    {
        VirtualWorld.Run(async world =>
        {
            List<int> begun = [];
            await using Chain<int, int> chain = Chain.From<int>("full")
                .Tap("begin", (x, _) => begun.Add(x))
                .Then("work", world.Work<int>(10))
                .Build(world.Options(o => o.MaxTurns = 1));
            Turn<int> first = chain.Start(0);
            using var early = new CancellationTokenSource();
            using var late = new CancellationTokenSource();
            Task<Turn<int>> gone = chain.StartAsync(1, early.Token).AsTask(), second = chain.StartAsync(2, late.Token).AsTask();
            await world.Delay(5);
            early.Cancel();
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
            Assert.Equal(early.Token, error.CancellationToken);
            Turn<int> turn = await second;
            Assert.Equal(10, world.Elapsed.Ms());
            await world.Delay(1);
            late.Cancel();
            Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion).Outcome);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.StartAsync(3, late.Token));
            Assert.Equal(4, await chain.RunAsync(4));
            Assert.Equal([0, 2, 4], begun);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StartAsync_ChainDrainsOrIsDisposedMeanwhile_TurnIsRejected(bool disposes)
    {
        VirtualWorld.Run(async world =>
        {
            Chain<int, int> chain = Chain.From<int>("full").Then("work", world.Work<int>(10)).Build(world.Options(o => o.MaxTurns = 1));
            Turn<int> first = chain.Start(0);
            Task<Turn<int>> waits = chain.StartAsync(1).AsTask();
            await world.Delay(5);
            Task end = disposes ? chain.DisposeAsync().AsTask() : chain.DrainAsync().AsTask();
            TurnResult result = await (await waits).Completion;
            Assert.Equal(TurnOutcome.Rejected, result.Outcome);
            Assert.Contains("5 ms", result.Error!.Message, StringComparison.Ordinal);
            Assert.Equal(TurnOutcome.Rejected, (await (await chain.StartAsync(2)).Completion).Outcome);
            await end;
            await chain.DisposeAsync();
        });
    }

    [Fact]
    public void StartAsync_AsManyWaitAsMay_TurnIsRejectedAtOnce()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("full")
                .Then("work", world.Work<int>(10))
                .Build(world.Options(o => (o.MaxTurns, o.MaxWaitingTurns) = (1, 2)));
            Task<Turn<int>>[] turns = [.. Enumerable.Range(0, 4).Select(i => chain.StartAsync(i).AsTask())];
            TurnResult refused = await (await turns[3]).Completion;
            Assert.Equal(0, world.Elapsed.Ms());
            Assert.Equal(TurnOutcome.Rejected, refused.Outcome);
            Assert.Contains("MaxWaitingTurns", refused.Error!.Message, StringComparison.Ordinal);
            Assert.All(await Task.WhenAll(turns[..3].Select(async t => (await (await t).Completion).Outcome)), o => Assert.Equal(TurnOutcome.Completed, o));
        });
    }

    [Fact]
    public void Build_NoTurnMayWait_IsRefused() =>
        Assert.Contains(
            "MaxWaitingTurns",
            Assert.Throws<ChainValidationException>(() => Chain.From<int>("c").Then("x", x => x).Build(new ChainOptions { MaxWaitingTurns = 0 })).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task StartAsync_OnThreadsWithInterruptsAndCancels_EveryTurnHasOneOutcomeAndNoPlaceIsLost()
    {
        await using Chain<int, int> chain = Chain.From<int>("full")
            .Then("work", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x;
            })
            .Build(new ChainOptions { MaxTurns = 3, MaxWaitingTurns = 20_000 });
        int most = 0;
        int[] ends = await Task.WhenAll(Enumerable.Range(0, 8000).Select(i => Task.Run(async () =>
        {
            using var source = new CancellationTokenSource();
            if (i % 7 == 0)
            {
                _ = Task.Run(source.Cancel);
            }

            try
            {
                Turn<int> turn = await chain.StartAsync(i, source.Token);
                most = Math.Max(most, chain.LiveTurns);
                if (i % 11 == 0)
                {
                    turn.Interrupt();
                }

                TurnResult result = await turn.Completion;
                Assert.NotEqual(TurnOutcome.Rejected, result.Outcome);
                return result.Outcome == TurnOutcome.Completed ? 1 : 0;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }))).WaitAsync(Generous);
        Assert.InRange(ends.Sum(), 5000, 8000);
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(5, await chain.RunAsync(5));
    }

    [Fact]
    public void StartAsync_ManyWaitBehindBlocksThatDoNotWait_StackDoesNotGrow()
    {
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("full").Then("id", x => x).Build(world.Options(o => (o.MaxTurns, o.MaxWaitingTurns) = (1, 20_000)));
            TurnOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(async i => (await (await chain.StartAsync(i)).Completion).Outcome));
            Assert.All(outcomes, o => Assert.Equal(TurnOutcome.Completed, o));
        });
    }
}
