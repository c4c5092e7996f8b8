using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Bad input and code that throws: a clear outcome of that turn alone, and the chain continues.</summary>
public class FaultTests
{
    [Fact]
    public void Block_ThrowsOnAHypothesis_TheTurnGoesOn() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Voice(world, (x, _) =>
            x == "wrong" ? throw new InvalidOperationException() : ValueTask.FromResult(x));
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal((1, 1), (result.Report.Speculation.Faults, result.Report.Speculation.Terminated));
    });

    [Fact]
    public void Block_ThrowsOnAHypothesisThatComesTrue_RunsAgainAndFailsThen() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "same"), (500, "same")))
            .Then("bad", (string _, CancellationToken _) => Throw(), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Failed, "bad", 2, 500.0), (result.Outcome, result.Error!.Block, runs, result.Report.Elapsed.Ms()));

        ValueTask<string> Throw() => ++runs > 0 ? throw new InvalidOperationException() : default;
    });

    [Fact]
    public void CommitKey_Throws_TheTurnFailsByName() => VirtualWorld.Run(async world =>
    {
        bool bad = true;
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (500, "right")))
            .Then("search", (x, _) => ValueTask.FromResult(x), o => o.Speculate().CommitKey(x => bad ? throw new FormatException() : x))
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Failed, "search"), (result.Outcome, result.Error!.Block));
        Assert.IsType<FormatException>(result.Error.InnerException);
        bad = false;
        Assert.Equal("right", await chain.RunAsync(""));
    });

    [Fact]
    public void CommitKeys_ComparisonThrows_CountAsDifferent() => VirtualWorld.Run(async world =>
    {
        int runs = 0;
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "same"), (500, "same")))
            .Then("search", (x, _) => ValueTask.FromResult($"{x} {++runs}"), o => o.Speculate().CommitKey(_ => new Incomparable()))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal("same 2", await turn.Output.SingleAsync());
        Assert.Equal("same 4", await chain.RunAsync(""));
    });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Estimator_GivesNoProbability_NothingIsStarted(double estimate) => VirtualWorld.Run(async world =>
    {
        var controller = new SpeculationController(new SpeculationControllerOptions { Estimator = new Broken(estimate) });
        await using Chain<string, string> chain = Voice(world, (x, _) => ValueTask.FromResult(x), controller);
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(0, result.Report.Speculation.Started);
        Assert.Equal(SpeculationReason.BadEstimate, Assert.Single(result.Report.Speculation.Decisions).Decision.Reason);
    });

    [Fact]
    public void Controller_Throws_NothingIsStarted() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Voice(world, (x, _) => ValueTask.FromResult(x), new Throwing());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal((0, 2), (result.Report.Speculation.Started, result.Report.Speculation.Faults));
        Assert.Equal(SpeculationReason.Failed, Assert.Single(result.Report.Speculation.Decisions).Decision.Reason);
    });

    [Fact]
    public void Block_PublishesAHypothesisAfterItsFinalValue_FailsByName() => VirtualWorld.Run(async world =>
    {
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", new Unending())
            .Then("search", (x, _) => ValueTask.FromResult(x), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync("");
        Assert.Equal((TurnOutcome.Failed, "listen"), (result.Outcome, result.Error!.Block));
        Assert.Contains("after its final value", result.Error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Prediction_Throws_TheBlocksOwnOutputCounts() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("guessed")
            .Then("slow", world.Work<int>(100), o => o.Predict((_, _) => throw new InvalidOperationException()))
            .Then("next", world.Work<int>(100), o => o.Speculate())
            .Build(world.Eager());
        TurnResult result = await chain.ResultAsync(1);
        Assert.Equal((TurnOutcome.Completed, 200.0, 1), (result.Outcome, result.Report.Elapsed.Ms(), result.Report.Speculation.Faults));
    });

    [Fact]
    public async Task TokenCallback_OfASpeculationBlocksAtTheDeadline_OtherDeadlinesFireAllTheSame()
    {
        var callback = new BlockedCallback();
        await using Chain<int, int> chain = Chain.From<int>("speculative callbacks")
            .Revise("listen", new Endless())
            .Then("search", callback.WorkAsync, o => o.Speculate())
            .Build(new ChainOptions
            {
                Budget = LatencyBudget.Total(50.Milliseconds()),
                Speculation = new SpeculationOptions { Controller = new EagerController() },
            });
        await callback.OthersAreToldAsync(chain);
    }

    static Chain<string, string> Voice(
        VirtualWorld world, Func<string, CancellationToken, ValueTask<string>> search, ISpeculationController? controller = null) => Chain.From<string>("voice")
        .Revise("listen", world.Hears((100, "wrong"), (500, "right")))
        .Then("search", search, o => o.Speculate())
        .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = controller ?? new EagerController() }));

    /// <summary>Publishes its input as a hypothesis, and never a final value.</summary>
    sealed class Endless : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input, 0.5);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    sealed class Incomparable
    {
        public override bool Equals(object? obj) => throw new InvalidOperationException();

        public override int GetHashCode() => 0;
    }

    sealed class Broken(double estimate) : IProbabilityEstimator
    {
        public double Estimate(in SpeculationRequest request) => estimate;

        public void Learn(in SpeculationRequest request, bool cameTrue)
        {
        }
    }

    sealed class Throwing : ISpeculationController
    {
        public SpeculationDecision Decide(in SpeculationRequest request) => throw new InvalidOperationException();

        public void Resolve(in SpeculationResolution resolution) => throw new InvalidOperationException();
    }

    sealed class Unending : IRevisingBlock<string, string>
    {
        public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
            string input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Final("a");
            yield return Hypothesis.Tentative("b", 0.5);
            await Task.CompletedTask;
        }
    }
}
