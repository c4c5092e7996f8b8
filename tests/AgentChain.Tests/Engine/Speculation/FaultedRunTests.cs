using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>A run that fails on a hypothesis terminates the work that depends on it; a committed run accepts no more errors.</summary>
public sealed class FaultedRunTests
{
    [Fact]
    public void Predict_RunFailsOnAHypothesis_WhatWasBegunOnItsGuessStops() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 1000, x => x);
        await using Chain<string, int> chain = FailsFirst(world, 100, next).Build(world.Eager());
        Assert.Equal(2, await chain.RunAsync(""));
        Assert.Equal((10.0, 1, 110.0, true), next.Runs[0]);
    });

    [Fact]
    public void Predict_RunFailsBeforeTheControllerIsAskedAgain_NothingIsBegunOnItsGuess() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 10, x => x);
        await using Chain<string, int> chain = FailsFirst(world, 50, next).Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new LaterForNext() }));
        Assert.Equal(2, await chain.RunAsync(""));
        Assert.All(next.Runs, run => Assert.InRange(run.Began, 500, 550));
        Assert.Contains(next.Runs, run => run.Input == 2);
    });

    /// <summary>A block whose first run fails after a while, on a hypothesis, with a block that starts on its guess.</summary>
    static ChainBuilder<string, int> FailsFirst(VirtualWorld world, double milliseconds, Worker<int, int> next)
    {
        int runs = 0;
        return Chain.From<string>("faulted")
            .Revise("listen", world.Hears((10, "x"), (500, "x")))
            .Then(
                "guessed",
                async (string _, CancellationToken token) =>
                {
                    bool fails = ++runs == 1;
                    await world.Delay(milliseconds, token);
                    return fails ? throw new InvalidDataException() : 2;
                },
                o => o.Speculate().Predict(_ => Hypothesis.Tentative(1, 0.9)))
            .Then("next", next, o => o.Speculate());
    }

    /// <summary>Starts on everything, but for the block "next", about which it is to be asked again after 100 ms.</summary>
    sealed class LaterForNext : ISpeculationController
    {
        int _asked;

        public SpeculationDecision Decide(in SpeculationRequest request) => new(
            request.Block == "next" && _asked++ == 0 ? SpeculationVerdict.Later : SpeculationVerdict.Start, SpeculationReason.Worth, 0.5, default, default)
        {
            AskAgainIn = 100.Milliseconds(),
        };

        public void Resolve(in SpeculationResolution resolution)
        {
        }
    }

    [Fact]
    public void TryFault_RunWasCommitted_ErrorIsLeftToTheTurn() => VirtualWorld.Run(async world =>
    {
        IWorkScope? scope = null;
        await using Chain<string, string> chain = Chain.From<string>("committed")
            .Revise("listen", world.Hears((10, "x"), (100, "x")))
            .Then(
                "work",
                async (string x, BlockContext context, CancellationToken token) =>
                {
                    scope = ((TraceStep)ScopeOf(ref context)).Scope;
                    await world.Delay(200, token);
                    return x;
                },
                o => o.Speculate())
            .Then("next", world.Work<string>(100))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        await world.Delay(150);
        Assert.False(scope!.IsUncommitted);
        Assert.False(scope.TryFault(new InvalidDataException()));
        Assert.Equal("x", await turn.Output.SingleAsync());
    });

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scope")]
    static extern ref IBlockScope ScopeOf(ref BlockContext context);
}
