using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using static AgentChain.Tests.Engine.InnerWorkTests;

namespace AgentChain.Tests.Engine;

/// <summary>Early work inside a block: who decides, and the account.</summary>
public class EarlyWorkTests
{
    static readonly EarlyRequest Likely = new("lookup", 0.9) { Work = 20.Milliseconds() };

    [Fact]
    public void Account_CommittedAndTerminated_AreUsefulAndWasted() => VirtualWorld.Run(async world =>
    {
        var controller = new Recorder();
        TurnReport report = await Report(
            world,
            async (context, token) =>
            {
                EarlyWork right = context.TryBeginEarly(Likely)!;
                EarlyWork wrong = context.TryBeginEarly(Likely)!;
                right.Run();
                wrong.Run();
                await world.Delay(15, token);
                Assert.True(right.Commit());
                right.Terminate();
                wrong.Terminate();
                Assert.False(wrong.Commit());
                right.Await();
                await world.Delay(5, token);
                right.End(InnerStatus.Completed);
                wrong.End(InnerStatus.Canceled);
            },
            o => o.Speculation = new() { Controller = controller });

        SpeculationAccount account = report.Speculation;
        Assert.Equal((2, 1, 1, 20.0, 20.0), (account.Started, account.Committed, account.Terminated, account.Useful.Ms(), account.Wasted.Ms()));
        Assert.Equal((15.0, 15.0), (account.Saved.Ms(), account.SavedToLast.Ms()));
        Assert.Equal([(true, 15.0, 0.0), (false, 0.0, 20.0)], controller.Resolved.Select(r => (r.CameTrue, r.Saved.Ms(), r.Wasted.Ms())));
        Assert.All(controller.Resolved, r => Assert.Equal("respond/lookup", r.Request.Block));
        Assert.Equal([("respond", 15.0), ("respond/lookup", 5.0)], report.Parts.Select(p => (p.Owner, p.Duration.Ms())));
        Assert.Contains(report.Spans, s => s.Notes == (SpanNotes.Speculative | SpanNotes.Terminated | SpanNotes.Canceled));
        Assert.Contains("2 started, 1 committed", report.ToWaterfall(), StringComparison.Ordinal);
    });

    [Fact]
    public void TurnEnds_UnresolvedWork_IsTerminated() => VirtualWorld.Run(async world =>
    {
        var controller = new Recorder();
        EarlyWork? work = null;
        TurnReport report = await Report(
            world,
            async (context, token) =>
            {
                work = context.TryBeginEarly(Likely)!;
                work.Run();
                await world.Delay(15, token);
            },
            o => o.Speculation = new() { Controller = controller });

        Assert.Equal((1, 0, 1, 15.0), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated, report.Speculation.Wasted.Ms()));
        Assert.False(Assert.Single(controller.Resolved).CameTrue);
        Assert.False(work!.Commit());
    });

    [Fact]
    public void Saved_WorksOfOneWaitAndAnotherWork_TheLatestEndCounts() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(
            world,
            async (context, token) =>
            {
                //  0: two early works; 10: committed, and a work that is not early begins; 10: the block waits for all three
                EarlyWork first = context.TryBeginEarly(Likely)!;
                EarlyWork second = context.TryBeginEarly(Likely)!;
                first.Run();
                second.Run();
                await world.Delay(10, token);
                InnerWork other = context.Begin("other");
                other.Run();
                Assert.True(first.Commit() && second.Commit());
                first.Await();
                second.Await();
                other.Await();
                await world.Delay(4, token);
                first.End(InnerStatus.Completed);
                await world.Delay(3, token);
                other.End(InnerStatus.Completed);
                await world.Delay(3, token);
                second.End(InnerStatus.Completed);
            },
            o => o.Speculation = new() { Controller = new Recorder() });

        // Without early work: 10 + 14, 10 + 7, 10 + 20; with: 20.
        Assert.Equal((10.0, 20.0), (report.Speculation.Saved.Ms(), report.Elapsed.Ms()));
    });

    [Fact]
    public void Saved_OtherWorkTakesAsLong_IsNothing() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(
            world,
            async (context, token) =>
            {
                EarlyWork early = context.TryBeginEarly(Likely)!;
                early.Run();
                await world.Delay(10, token);
                early.End(InnerStatus.Completed);
                InnerWork other = context.Begin("other");
                other.Run();
                Assert.True(early.Commit());
                early.Await();
                other.Await();
                await world.Delay(15, token);
                other.End(InnerStatus.Completed);
            },
            o => o.Speculation = new() { Controller = new Recorder() });

        Assert.Equal((0.0, 10.0), (report.Speculation.Saved.Ms(), report.Speculation.Decisions[0].Saved.Ms()));
    });

    [Fact]
    public void Abandon_UnresolvedWork_IsTerminatedAndTeachesNothing() => VirtualWorld.Run(async world =>
    {
        var controller = new Recorder();
        TurnReport report = await Report(
            world,
            async (context, token) =>
            {
                EarlyWork taken = context.TryBeginEarly(Likely)!;
                EarlyWork early = context.TryBeginEarly(Likely)!;
                early.Run();
                await world.Delay(15, token);
                Assert.True(taken.Commit());
                Assert.False(taken.Abandon());
                Assert.True(early.Abandon());
                Assert.False(early.Commit());
                taken.End(InnerStatus.Completed);
                early.End(InnerStatus.Canceled);
            },
            o => o.Speculation = new() { Controller = controller });

        Assert.Equal((2, 1, 1, 15.0), (report.Speculation.Started, report.Speculation.Committed, report.Speculation.Terminated, report.Speculation.Wasted.Ms()));
        Assert.True(Assert.Single(controller.Resolved).CameTrue);
    });

    [Fact]
    public void TryBeginEarly_Declined_LaterCallWithTheKeyTeachesTheController() => VirtualWorld.Run(async world =>
    {
        var controller = new Recorder { Starts = false };
        await Report(
            world,
            (context, _) =>
            {
                Assert.Null(context.TryBeginEarly(Likely with { Key = "a" }, out SpeculationDecision decision));
                Assert.Equal(SpeculationVerdict.Decline, decision.Verdict);
                Assert.Null(context.TryBeginEarly(Likely with { Key = "b" }));
                context.Begin("lookup", "b").End(InnerStatus.Completed);
                return Task.CompletedTask;
            },
            o => o.Speculation = new() { Controller = controller });

        Assert.Equal([(true, false), (false, false)], controller.Resolved.Select(r => (r.CameTrue, r.Started)));
    });

    [Fact]
    public void TryBeginEarly_WorkUnknown_IsLearnedFromPastRuns() => VirtualWorld.Run(async world =>
    {
        bool isFirst = true;
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", new Lambda(async (context, token) =>
        {
            EarlyWork? early = context.TryBeginEarly(new EarlyRequest("lookup", 0.9), out SpeculationDecision decision);
            Assert.Equal(isFirst, early is null);
            Assert.Equal(isFirst ? 0 : 30, decision.Gain.Ms());
            isFirst = false;
            await Tool(world, context, "lookup", 30, token);
            early?.Terminate();
        })).Build(world.Options());
        Assert.Null((await chain.Start(1).Completion).Error);
        Assert.Null((await chain.Start(1).Completion).Error);
    });

    [Fact]
    public void TryBeginEarly_WasteBudgetUsedUp_StartsNoMore() => VirtualWorld.Run(async world =>
    {
        await Report(
            world,
            async (context, token) =>
            {
                EarlyWork first = context.TryBeginEarly(Likely)!;
                first.Run();
                await world.Delay(100, token);
                first.Terminate();
                first.End(InnerStatus.Canceled);
                Assert.Null(context.TryBeginEarly(Likely, out SpeculationDecision decision));
                Assert.Equal(SpeculationReason.OverBudget, decision.Reason);
            },
            o => o.Speculation = new() { WasteShare = 0.1, WasteBurst = 50.Milliseconds() });
    });

    [Fact]
    public void TryBeginEarly_LevelNone_StartsNothing() => VirtualWorld.Run(async world => await Report(
        world,
        (context, _) =>
        {
            Assert.Null(context.TryBeginEarly(Likely));
            return Task.CompletedTask;
        },
        o => o.Speculation = new() { Level = SpeculationLevel.None }));

    [Fact]
    public void TryBeginEarly_ControllerThrows_TheTurnGoesOnAndCountsAFault() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(
            world,
            (context, _) =>
            {
                Assert.Null(context.TryBeginEarly(Likely));
                return Task.CompletedTask;
            },
            o => o.Speculation = new() { Controller = new Recorder { Throws = true } });

        Assert.Equal((0, 1), (report.Speculation.Started, report.Speculation.Faults));
    });

    sealed class Recorder : ISpeculationController
    {
        public bool Starts { get; init; } = true;

        public bool Throws { get; init; }

        public List<SpeculationResolution> Resolved { get; } = [];

        public SpeculationDecision Decide(in SpeculationRequest request) => Throws ? throw new InvalidDataException() : new(
            Starts ? SpeculationVerdict.Start : SpeculationVerdict.Decline, SpeculationReason.Worth, request.Probability, request.Work, request.Work);

        public void Resolve(in SpeculationResolution resolution) => Resolved.Add(resolution);
    }
}
