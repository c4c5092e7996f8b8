using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using static AgentChain.Tests.Engine.InnerWorkTests;

namespace AgentChain.Tests.Engine;

/// <summary>Bounds on what a turn keeps of the works inside its blocks, and what these teach.</summary>
public sealed class InnerWorkLimitsTests
{
    static EarlyRequest Likely => new("lookup", 0.95) { Work = 100.Milliseconds() };

    [Fact]
    public void Waits_MoreThanATurnKeeps_TheRestIsTheBlocks() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, async (context, token) =>
        {
            for (int i = 0; i < 4200; i++)
            {
                await Tool(world, context, "one", 1, token);
            }
        });

        Assert.Equal(
            [("respond", 104.0), ("respond/one", 4096.0)],
            report.Parts.GroupBy(part => part.Owner).Select(own => (own.Key, own.Sum(part => part.Duration.TotalMilliseconds))).Order());
    });

    [Fact]
    public void Begin_LongName_IsCut() => VirtualWorld.Run(async world =>
    {
        TurnReport report = await Report(world, (context, _) =>
        {
            context.Begin(new string('x', 500)).End(InnerStatus.Completed);
            return Task.CompletedTask;
        });

        Assert.Contains("respond/" + new string('x', 128), report.Spans.Select(span => span.Block));
    });

    [Fact]
    public void Begin_TurnIsOver_WorkHasEnded() => VirtualWorld.Run(async world =>
    {
        BlockContext? late = null;
        await Report(world, (context, _) =>
        {
            late = context;
            return Task.CompletedTask;
        });

        InnerWork work = late!.Value.Begin("late");

        Assert.Equal((true, false), (work.HasEnded, work.IsRunning));
        Assert.Null(work.Status);
    });

    [Fact]
    public void TryBeginEarly_PastRunsFailed_WorkStaysUnknown() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", async (int x, BlockContext context, CancellationToken token) =>
        {
            Assert.Null(context.TryBeginEarly(new EarlyRequest("lookup", 0.9), out SpeculationDecision decision));
            Assert.Equal(TimeSpan.Zero, decision.Gain);
            InnerWork work = context.Begin("lookup");
            work.Run();
            await world.Delay(30, token);
            work.End(InnerStatus.Failed);
            return x;
        }).Build(world.Options());

        await chain.RunAsync(1);
        await chain.RunAsync(1);
    });

    [Fact]
    public void TryBeginEarly_WarmUp_StartsNothing() => VirtualWorld.Run(async world =>
    {
        List<bool> started = [];
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", (int x, BlockContext context) =>
        {
            EarlyWork? work = context.TryBeginEarly(Likely);
            started.Add(work is not null);
            work?.Terminate();
            return x;
        }).Build(world.Options());

        await chain.WarmUpAsync([1]);
        await chain.RunAsync(1);

        Assert.Equal([false, true], started);
    });

    [Fact]
    public void Begin_KeyCannotBeCompared_TheBlockGoesOn() => VirtualWorld.Run(async world =>
    {
        var controller = new Declining();
        TurnReport report = await Report(
            world,
            (context, _) =>
            {
                Assert.Null(context.TryBeginEarly(Likely with { Key = new Incomparable() }));
                context.Begin("lookup", new Incomparable()).End(InnerStatus.Completed);
                return Task.CompletedTask;
            },
            o => o.Speculation = new() { Controller = controller });

        Assert.Equal("respond/lookup", Assert.Single(report.Spans, span => span.Block != "respond" && span.Block != "entry").Block);
        Assert.False(Assert.Single(controller.Resolved).CameTrue);
    });

    [Fact]
    public void TryBeginEarly_DeclinedInATurnThatFails_TeachesNothing() => VirtualWorld.Run(async world =>
    {
        var controller = new Declining();
        await using Chain<int, int> chain = Chain.From<int>("agent").Then("respond", (int x, BlockContext context) =>
        {
            Assert.Null(context.TryBeginEarly(Likely with { Key = "a" }));
            return x == 0 ? throw new FormatException() : x;
        }).Build(world.Options(o => o.Speculation = new() { Controller = controller }));

        Assert.Equal(TurnOutcome.Failed, (await chain.Start(0).Completion).Outcome);
        Assert.Empty(controller.Resolved);
        await chain.RunAsync(1);
        Assert.Single(controller.Resolved);
    });

    [Fact]
    public void TryBeginEarly_NeededWorkFillsTheWasteBudget_StartsAgain() => VirtualWorld.Run(async world =>
    {
        await Report(
            world,
            async (context, token) =>
            {
                EarlyWork wasted = context.TryBeginEarly(Likely)!, needed = context.TryBeginEarly(Likely)!;
                wasted.Run();
                needed.Run();
                await world.Delay(60, token);
                wasted.Terminate();
                wasted.End(InnerStatus.Canceled);
                Assert.Null(context.TryBeginEarly(Likely));
                await world.Delay(940, token);
                Assert.True(needed.Commit());
                needed.End(InnerStatus.Completed);
                Assert.NotNull(context.TryBeginEarly(Likely));
            },
            o => o.Speculation = new() { WasteShare = 0.1, WasteBurst = 50.Milliseconds() });
    });

    sealed class Incomparable
    {
        public override bool Equals(object? obj) => throw new InvalidOperationException("no");

        public override int GetHashCode() => 0;
    }

    sealed class Declining : ISpeculationController
    {
        public List<SpeculationResolution> Resolved { get; } = [];

        public SpeculationDecision Decide(in SpeculationRequest request) =>
            new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, request.Probability, request.Work, request.Work);

        public void Resolve(in SpeculationResolution resolution) => Resolved.Add(resolution);
    }
}
