using AgentChain.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Work inside a block: its parts of the critical path, its spans and its end.</summary>
public class InnerWorkTests
{
    [Fact]
    public void Parts_BlockAwaitsATool_WaitingAndRunningAreItsOwn() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            await world.Delay(10, token);
            InnerWork work = context.Begin("lookup");
            work.Await();
            await world.Delay(5, token);
            work.Run();
            await world.Delay(20, token);
            work.End(InnerStatus.Completed);
            await world.Delay(7, token);
        });

        Assert.Equal(
            [("respond", PartKind.Block, 10.0), ("respond/lookup", PartKind.InnerWait, 5.0), ("respond/lookup", PartKind.Inner, 20.0), ("respond", PartKind.Block, 7.0)],
            Parts(report.Parts));
        BlockSpan span = Assert.Single(report.Spans, s => s.Block == "respond/lookup");
        Assert.Equal((10.0, 15.0, 35.0, SpanNotes.None), (span.Queued.Ms(), span.Started.Ms(), span.Ended.Ms(), span.Notes));
        Assert.Contains("wait for respond/lookup 5.0 ms, respond/lookup 20.0 ms", report.ToWaterfall(), StringComparison.Ordinal);
    });

    [Fact]
    public void Parts_WorkThatIsNotAwaited_StaysOffThePath() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            InnerWork work = context.Begin("log");
            work.Run();
            await world.Delay(10, token);
            work.End(InnerStatus.Completed);
        });

        Assert.Equal([("respond", PartKind.Block, 10.0)], Parts(report.Parts));
        Assert.Contains(report.Spans, s => s.Block == "respond/log");
    });

    [Fact]
    public void Parts_TwoAwaitedSideBySide_TheLastToEndIsOnThePath() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            InnerWork quick = context.Begin("quick");
            InnerWork slow = context.Begin("slow");
            quick.Run();
            slow.Run();
            quick.Await();
            slow.Await();
            await world.Delay(10, token);
            quick.End(InnerStatus.Completed);
            await world.Delay(30, token);
            slow.End(InnerStatus.Completed);
        });

        Assert.Equal([("respond/slow", PartKind.Inner, 40.0)], Parts(report.Parts));
    });

    [Fact]
    public void Parts_BlockStopsAwaiting_TheRestIsTheBlocks() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            InnerWork work = context.Begin("slow");
            work.Run();
            work.Await();
            await world.Delay(10, token);
            work.StopAwaiting();
            await world.Delay(5, token);
            work.End(InnerStatus.TimedOut);
            work.End(InnerStatus.Completed);
        });

        Assert.Equal([("respond/slow", PartKind.Inner, 10.0), ("respond", PartKind.Block, 5.0)], Parts(report.Parts));
        Assert.Equal(SpanNotes.Overran, Assert.Single(report.Spans, s => s.Block == "respond/slow").Notes);
    });

    [Fact]
    public void Parts_StreamBlock_BothPathsHaveTheTool() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("agent").Stream<int>("respond", Items).Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        TurnResult result = await turn.Completion;

        Reports.AssertLawful(result);
        Assert.Equal([("respond/a", PartKind.Inner, 10.0), ("respond", PartKind.Block, 3.0)], Parts(result.Report.PartsToFirstOutput));
        Assert.Equal(
            [("respond/a", PartKind.Inner, 10.0), ("respond", PartKind.Block, 3.0), ("respond/b", PartKind.Inner, 20.0)],
            Parts(result.Report.Parts));

        async IAsyncEnumerable<int> Items(int _, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await Tool(world, context, "a", 10, token);
            await world.Delay(3, token);
            yield return 1;
            await Tool(world, context, "b", 20, token);
            yield return 2;
        }
    });

    [Fact]
    public void EachItem_AwaitsATool_ThePathNamesTheToolOfItsRun() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<int, int> chain = Chain.From<int>("agent")
            .Stream<int>("make", (_, _, token) => world.Count([5, 100], token))
            .ThenEach("use", new ToolBlock(world))
            .Build(world.Options());
        Turn<int> turn = chain.Start(1);
        await turn.Output.ToListAsync();
        TurnResult result = await turn.Completion;

        Reports.AssertLawful(result);
        Assert.Equal(
            [("make", PartKind.Block, 105.0), ("use/t1", PartKind.Inner, 10.0)],
            Parts(result.Report.Parts));
    });

    [Fact]
    public void Spans_WorkThatIsOpenWhenTheTurnEnds_IsUnfinishedAndNeverChanges() => VirtualWorld.Run(async world =>
    {
        InnerWork? work = null;
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", new Lambda(async (context, token) =>
        {
            work = context.Begin("hang");
            work.Run();
            work.Await();
            await world.Delay(1000, token);
        })).Build(world.Options(o => o.Budget = LatencyBudget.Total(50.Milliseconds())));
        TurnResult result = await chain.Start(1).Completion;
        work!.End(InnerStatus.Completed);

        Reports.AssertLawful(result);
        Assert.Equal([("respond/hang", PartKind.Inner, 50.0)], Parts(result.Report.Parts));
        Assert.Equal(SpanNotes.Unfinished, Assert.Single(result.Report.Spans, s => s.Block == "respond/hang").Notes);
        Assert.Equal((null, true, false), (work.Status, work.HasEnded, work.IsRunning));
    });

    [Fact]
    public void Spans_ThousandsOfWorksAndNames_AreFoldedAndExact() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await Tool(world, context, "one", 2, token);
                context.Begin($"name {i}").End(InnerStatus.Failed);
            }
        });

        BlockSpan[] one = [.. report.Spans.Where(s => s.Block == "respond/one")];
        Assert.Equal((33, 1000, 2000.0), (one.Length, one.Sum(s => s.Runs), one.Sum(s => s.Working.TotalMilliseconds)));
        Assert.Equal(257, report.Spans.Select(s => s.Block).Where(b => b.StartsWith("respond/", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(1000, report.Spans.Where(s => s.Notes == SpanNotes.Failed).Sum(s => s.Runs));
        Assert.Equal([("respond/one", PartKind.Inner, 2000.0)], Parts(report.Parts));
    });

    [Fact]
    public void Begin_EmptyName_Throws() => VirtualWorld.Run(async world => await Report(world, (context, _) =>
    {
        Assert.Throws<ArgumentException>(() => context.Begin(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.TryBeginEarly(new EarlyRequest("x", double.NaN)));
        return Task.CompletedTask;
    }));

    [Fact]
    public void RandomWorks_InAnyOrder_PartsAreContiguousAndSum()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            VirtualWorld.Run(world => PlayAsync(world, seed));
        }
    }

    static async Task PlayAsync(VirtualWorld world, int seed)
    {
        var random = new Random(seed);
        await using StreamChain<int, int> chain = Chain.From<int>("random")
            .Then("first", new Lambda((context, token) => RandomAsync(world, random, context, token)))
            .Parallel(
                "join",
                l => l.Then("left", new Lambda((context, token) => RandomAsync(world, random, context, token))),
                r => r.Then("right", new Lambda((context, token) => RandomAsync(world, random, context, token))),
                (x, _, _) => x)
            .Stream<int>("items", Items)
            .ThenEach("each", new Lambda((context, token) => RandomAsync(world, random, context, token)))
            .Build(world.Options(o => o.Budget = random.Next(3) == 0 ? LatencyBudget.Total(TimeSpan.FromMilliseconds(random.Next(200) + 0.5)) : LatencyBudget.None));
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            Turn<int> turn = chain.Start(1);
            return await turn.Completion;
        }));
        foreach (TurnResult result in results)
        {
            Assert.NotEqual(TurnOutcome.Failed, result.Outcome);
            Reports.AssertLawful(result);
        }

        async IAsyncEnumerable<int> Items(int _, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            for (int i = 0; i < 3; i++)
            {
                await RandomAsync(world, random, context, token);
                yield return i;
            }
        }
    }

    static async Task RandomAsync(VirtualWorld world, Random random, BlockContext context, CancellationToken token)
    {
        List<InnerWork> works = [];
        for (int step = random.Next(12); step > 0; step--)
        {
            if (works.Count == 0 || random.Next(3) == 0)
            {
                string name = $"t{random.Next(4)}";
                InnerWork? work = random.Next(2) == 0
                    ? context.Begin(name)
                    : context.TryBeginEarly(new EarlyRequest(name, 0.9) { Work = 10.Milliseconds() });
                works.AddRange(work is null ? [] : [work]);
                continue;
            }

            InnerWork one = works[random.Next(works.Count)];
            switch (random.Next(7))
            {
                case 0: one.Run(); break;
                case 1: one.Await(); break;
                case 2: one.StopAwaiting(); break;
                case 3: one.End((InnerStatus)random.Next(4)); break;
                case 4: (one as EarlyWork)?.Commit(); break;
                case 5: (one as EarlyWork)?.Terminate(); break;
                default: await world.Delay(random.Next(10), token); break;
            }
        }
    }

    internal static async Task Tool(VirtualWorld world, BlockContext context, string name, double milliseconds, CancellationToken token)
    {
        InnerWork work = context.Begin(name);
        work.Run();
        work.Await();
        await world.Delay(milliseconds, token);
        work.End(InnerStatus.Completed);
    }

    internal static async Task<TurnReport> Report(VirtualWorld world, Func<BlockContext, CancellationToken, Task> work, Action<ChainOptions>? options = null)
    {
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", new Lambda(work)).Build(world.Options(options));
        TurnResult result = await chain.Start(1).Completion;
        Assert.Null(result.Error);
        Reports.AssertLawful(result);
        return result.Report;
    }

    static (string, PartKind, double)[] Parts(IEnumerable<ReportPart> parts) => [.. parts.Select(p => (p.Owner, p.Kind, p.Duration.Ms()))];

    internal sealed class Lambda(Func<BlockContext, CancellationToken, Task> work) : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await work(context, cancellationToken);
            return input;
        }
    }

    sealed class ToolBlock(VirtualWorld world) : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await Tool(world, context, $"t{input}", 10, cancellationToken);
            return input;
        }
    }
}
