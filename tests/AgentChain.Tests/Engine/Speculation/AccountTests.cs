using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>A turn's account of its runs, and the end of runs that wait when the turn ends.</summary>
public class AccountTests
{
    [Fact]
    public void Account_CommittedRunFallsBack_ItsWorkUpToThenWasUseful() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "same"), (200, "same")))
            .Then("slow", world.DeafWork<string>(1000), o => o.Speculate().Budget(50.Milliseconds()).OnOverrun(Overrun.Fallback("late")))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("late", await turn.Output.SingleAsync());
        SpeculationAccount account = (await turn.Completion).Report.Speculation;
        Assert.Equal((1, 0, 350.0), (account.Committed, account.Terminated, Math.Round(account.Useful.TotalMilliseconds)));
    });

    [Fact]
    public void Account_RunsObeyTheirTokens_CountNoFault() => VirtualWorld.Run(async world =>
    {
        var model = new Worker<string, string>(world, 100, x => x);
        await using Chain<string, string> chain = Chain.From<string>("shop")
            .Revise("listen", world.Hears((100, "two"), (500, "ten"), (900, "ten")))
            .Then("model", model, o => o.Speculate())
            .Then("order", (x, _) => ValueTask.FromResult(x), o => o.Effect(Effect.Effectful).Withdraws())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Completed, 0), (result.Outcome, result.Report.Speculation.Faults));
        Assert.InRange(result.Report.Speculation.Terminated, 1, 10);
    });

    [Fact]
    public void Account_ListeningBlock_DidNotWork() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, string> chain = Chain.From<int>("talk")
            .Revise(
                "listen",
                new SimulatedRevisingBlock<int, string>(_ => [new(1.Seconds(), Hypothesis.Tentative("a", 0.9)), new(2.Seconds(), Hypothesis.Final("a"))]),
                o => o.LiveInput())
            .Then("search", world.Work<string>(200), o => o.Speculate())
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start(0);
        Assert.Equal(200, (await turn.Completion).Report.Speculation.Useful.Ms());
    });

    [Fact]
    public void Interrupt_SeveralRunsAreOpen_AllAreTerminated() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "a"), (900, "a")))
            .Parallel(
                "both",
                l => l.Then("left", new Worker<string, string>(world, 5000, x => x), o => o.Speculate()),
                r => r.Then("right", new Worker<string, string>(world, 5000, x => x), o => o.Speculate()),
                (_, l, r) => l + r)
            .Build(world.Eager());
        Turn<string> turn = chain.Start("");
        await world.Delay(500);
        turn.Interrupt();
        SpeculationAccount account = (await turn.Completion).Report.Speculation;
        Assert.Equal((2, 2), (account.Started, account.Terminated));
        Assert.InRange((await turn.WhenQuiescentAsync()).Elapsed.TotalMilliseconds, 0, 1);
    });

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public void Interrupt_StreamIsHeldAndWaitsForRoom_ItsBlockIsLetGo(double final) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, int> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "a"), (final, "a")))
            .Stream<int>("answer", (_, _, _) => Deaf(), o => o.Speculate().StreamCapacity(2))
            .StreamEach<int>("speak", (x, _, token) => world.Count([1000], token), o => o.Speculate().StreamCapacity(2))
            .Build(world.Eager(o => o.Speculation = o.Speculation with { HoldCapacity = 3 }));
        Turn<int> turn = chain.Start("");
        await world.Delay(500);
        turn.Interrupt();
        await world.Delay(1);
        TurnQuiescence quiet = await turn.WhenQuiescentAsync();
        Assert.DoesNotContain(quiet.Blocks, b => b.Detached);
        Assert.InRange(quiet.Elapsed.TotalMilliseconds, 0, 1);
        await world.Delay(1000);
        Assert.Equal(0, chain.DetachedBlocks);

        // Does not look at its token, so that only the end of its wait for room can end it.
        async IAsyncEnumerable<int> Deaf()
        {
            for (int i = 0; i < 100; i++)
            {
                await world.Delay(1);
                yield return i;
            }
        }
    });

    [Fact]
    public void Hypothesis_RefusedByAFullQueue_TheTurnGoesOn() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((10, "deaf"), (50, "refused"), (1000, "right")))
            .Then(
                "narrow",
                async (string x, CancellationToken _) =>
                {
                    await world.Delay(x == "deaf" ? 300 : 50);
                    return x;
                },
                o => o.Speculate().Concurrency(1).Capacity(1, QueueFullMode.Reject))
            .Build(world.Eager(o => o.Grace = 10.Seconds()));
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("right", await turn.Output.SingleAsync());
        TurnResult result = await turn.Completion;
        Assert.Equal((1050.0, 1), (Math.Round(result.Report.Elapsed.TotalMilliseconds), result.Report.Speculation.Faults));
    });

    [Fact]
    public void Hypothesis_ReachesABlockThatDoesNotSpeculate_NothingRunsOnIt() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 50, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (100, "right")))
            .Then("search", search, o => o.Predict((x, _) => Hypothesis.Tentative(x, 0.5)))
            .Then("answer", new Worker<string, string>(world, 50, x => x), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal([(100.0, "right", 150.0, false)], search.Runs);
    });

    [Fact]
    public void EffectfulStreamEach_StreamIsMadeEarly_SeesItsItemsWhenTheyAreCertain() => VirtualWorld.Run(async world =>
    {
        List<(double At, bool IsSpeculative)> effects = [];
        await using StreamChain<string, int> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (100, "right"), (500, "right")))
            .Stream<int>("answer", (_, _, token) => world.Count([10, 10], token), o => o.Speculate())
            .StreamEach<int>("play", (x, context, token) =>
            {
                effects.Add((Math.Round(world.Elapsed.TotalMilliseconds), context.IsSpeculative));
                return world.Count([1], token);
            }, o => o.Effect(Effect.Effectful))
            .Build(world.Eager());
        Assert.Equal([0, 0], await chain.RunToListAsync(""));
        Assert.Equal([(500.0, false), (501.0, false)], effects);
    });

    [Fact]
    public void Hook_RunIsDeaf_IsToldThatItWasTerminatedWhenItHasEnded() => VirtualWorld.Run(async world =>
    {
        var block = new Deaf(world);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (100, "right")))
            .Then("agent", block, o => o.Speculate())
            .Build(world.Eager(o => o.Grace = 10.Seconds()));
        Assert.Equal("right", await chain.RunAsync(""));
        await world.Delay(5000);
        Assert.Equal(["350 ended wrong", "350 terminated", "400 ended right", "400 committed"], block.Calls);
    });

    [Fact]
    public void Hook_DoesNotReturn_ItsTokenFiresWhenItsTimeIsUp() => VirtualWorld.Run(async world =>
    {
        var block = new Deaf(world) { WaitsForItsToken = true };
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((50, "wrong"), (1000, "right")))
            .Then("agent", block, o => o.Speculate())
            .Build(world.Eager(o => o.Speculation = o.Speculation with { HookTimeout = 200.Milliseconds() }));
        Turn<string> turn = chain.Start("");
        await world.Delay(3000);
        Assert.Equal(TurnOutcome.Failed, (await turn.Completion).Outcome);
        Assert.Contains("1200 hook's token fired", block.Calls);
    });

    sealed class Deaf(VirtualWorld world) : IBlock<string, string>, ICommitHooks
    {
        public List<string> Calls { get; } = [];

        public bool WaitsForItsToken { get; init; }

        public async ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(300);
            Add($"ended {input}");
            return input;
        }

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Add("committed");
            return default;
        }

        public async ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Add("terminated");
            if (WaitsForItsToken)
            {
                using CancellationTokenRegistration fired = cancellationToken.Register(() => Add("hook's token fired"));
                await world.Delay(1000);
            }
        }

        void Add(string what) => Calls.Add($"{world.Elapsed.TotalMilliseconds:0} {what}");
    }
}
