using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Code that must see only final values never sees a hypothesis.</summary>
public class BarrierTests
{
    [Fact]
    public void EffectfulBlock_ReachedByHypotheses_RunsOnceOnTheFinalValue() => VirtualWorld.Run(async world =>
    {
        List<(double At, string Order)> orders = [];
        var search = new Worker<string, string>(world, 100, x => x);
        await using Chain<string, string> chain = Chain.From<string>("shop")
            .Revise("listen", world.Hears((100, "two"), (300, "ten"), (500, "ten")))
            .Then("search", search, o => o.Speculate())
            .Then("order", x => Order(x), o => o.Effect(Effect.Effectful))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("ten", await turn.Output.SingleAsync());
        Assert.Equal([(500.0, "ten")], orders);
        Assert.Equal(2, search.Runs.Count);

        string Order(string what)
        {
            orders.Add((world.Elapsed.Ms(), what));
            return what;
        }
    });

    [Fact]
    public void EffectfulBlock_Withdraws_TheRunThatReachedItIsMadeAgain() => VirtualWorld.Run(async world =>
    {
        var model = new Worker<string, string>(world, 100, x => x);
        await using Chain<string, string> chain = Chain.From<string>("shop")
            .Revise("listen", world.Hears((100, "two"), (500, "two")))
            .Then("model", model, o => o.Speculate())
            .Then("order", (x, _) => ValueTask.FromResult(x), o => o.Effect(Effect.Effectful).Withdraws())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal([100.0, 500.0], model.Runs.Select(r => r.Began));
        Assert.Equal((0, 1), (result.Report.Speculation.Committed, result.Report.Speculation.Terminated));
        Assert.Equal(600, result.Report.Elapsed.Ms());
    });

    [Fact]
    public void Block_ThatWaitsForCommitment_HasItsEffectThen() => VirtualWorld.Run(async world =>
    {
        List<double> effects = [];
        await using Chain<string, string> chain = Chain.From<string>("shop")
            .Revise("listen", world.Hears((100, "two"), (300, "ten"), (500, "ten")))
            .Then(
                "agent",
                async (string x, BlockContext context, CancellationToken token) =>
                {
                    await world.Delay(50, token);
                    Assert.True(context.IsSpeculative);
                    await context.CommittedAsync(token);
                    Assert.False(context.IsSpeculative);
                    effects.Add(world.Elapsed.Ms());
                    return x;
                },
                o => o.Speculate())
            .Build(world.Eager());
        await chain.ResultAsync("");
        Assert.Equal([500.0], effects);
    });

    [Fact]
    public void Stream_MadeEarly_IsHeldAndReleasedWholeAtOnce() => VirtualWorld.Run(async world =>
    {
        List<bool> tapped = [];
        await using StreamChain<string, int> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "balance"), (500, "balance")))
            .Stream<int>("answer", (_, _, token) => world.Count([50, 50, 50], token), o => o.Speculate())
            .TapEach("tap", (_, context) => tapped.Add(context.IsSpeculative))
            .Build(world.Eager());
        await using Turn<int> turn = chain.Start("");
        List<(double, int)> heard = [];
        await foreach (int item in turn.Output)
        {
            heard.Add((world.Elapsed.Ms(), item));
        }

        Assert.Equal([(500.0, 0), (500.0, 1), (500.0, 2)], heard);
        Assert.Equal([false, false, false], tapped);
        Assert.Equal((50.0, 150.0), ((await turn.Completion).Report.Speculation.Saved.Ms(), (await turn.Completion).Report.Speculation.SavedToLast.Ms()));
    });

    [Fact]
    public void Stream_LongerThanMayBeHeld_ItsBlockWaits() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, int> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "balance"), (500, "balance")))
            .Stream<int>("answer", (_, _, token) => world.Count(Enumerable.Repeat(10.0, 50), token), o => o.Speculate())
            .Build(world.Eager(o => o.Speculation = o.Speculation with { HoldCapacity = 5 }));
        IReadOnlyList<int> all = await chain.RunToListAsync("");
        Assert.Equal(Enumerable.Range(0, 50), all);
        Assert.Equal(500 + (45 * 10), world.Elapsed.Ms());
    });

    [Fact]
    public void Output_OfAHypothesis_IsNotCountedAsTheTurnsFirst() => VirtualWorld.Run(async world =>
    {
        var search = new Worker<string, string>(world, 10, x => x);
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((10, "a"), (200, "b")))
            .Then("search", search, o => o.Speculate())
            .Build(world.Eager(o => o.Budget = LatencyBudget.FirstOutput(100.Milliseconds())));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(TurnOutcome.DeadlineExceeded, result.Outcome);
        Assert.Null(result.Report.FirstOutput);
    });

    [Fact]
    public void Loop_InTheWay_WaitsForCertainValues() => VirtualWorld.Run(async world =>
    {
        List<double> rounds = [];
        await using Chain<int, int> chain = Chain.From<int>("loop")
            .Revise("listen", world.Hears((100, 1), (500, 1)))
            .Then("early", (x, _) => ValueTask.FromResult(x), o => o.Speculate())
            .Loop("loop", body => body.Then("round", x => Round(x)), x => x < 3, LoopBound.Fail(5))
            .Build(world.Eager());
        Assert.Equal(3, await chain.RunAsync(0));
        Assert.Equal([500.0, 500.0], rounds);

        int Round(int x)
        {
            rounds.Add(world.Elapsed.Ms());
            return x + 1;
        }
    });

    [Theory]
    [InlineData("effect", "must happen once and cannot speculate")]
    [InlineData("nothing in front", "can never speculate")]
    [InlineData("kept back", "can never speculate")]
    [InlineData("loop", "is inside a loop")]
    [InlineData("prefill", "cannot be prefilled")]
    [InlineData("chain", "is a chain and cannot speculate as a whole")]
    [InlineData("live", "MaxSpeculations is 0")]
    public void Build_WhatCouldLeakOrNeverWork_IsRefusedByName(string what, string message)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        var source = VirtualWorld.Run(world => Task.FromResult(world.Hears((0, 1))));
        ChainBuilder<int, int> heard = Chain.From<int>("bad").Revise("listen", source);
        static ValueTask<int> Same(int x, CancellationToken token) => ValueTask.FromResult(x);
        ChainBuilder<int, int> chain = what switch
        {
            "effect" => heard.Then("bad block", Same, o => o.Effect(Effect.Effectful).Speculate()),
            "nothing in front" => Chain.From<int>("bad").Then("bad block", Same, o => o.Speculate()),
            "kept back" => heard.Then("between", Same).Then("bad block", Same, o => o.Speculate()),
            "loop" => heard.Loop("loop", b => b.Then("bad block", Same, o => o.Speculate()), _ => false, LoopBound.Fail(1)),
            "prefill" => heard.Then("bad block", Same, o => o.Speculate(SpeculationLevel.Prefill)),
            "chain" => heard.Then("bad block", Chain.From<int>("inner").Then("same", x => x).Build(new ChainOptions { Devices = devices }), o => o.Speculate()),
            _ => heard.Then("bad block", Same, o => o.Speculate().MaxSpeculations(0)),
        };
        var error = Assert.Throws<ChainValidationException>(() => chain.Build(new ChainOptions { Devices = devices }));
        Assert.Contains("'bad block'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
