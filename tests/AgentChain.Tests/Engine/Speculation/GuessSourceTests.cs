using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>A block with several sources of guesses: each is asked on its own, and what one does costs none of the others.</summary>
public class GuessSourceTests
{
    [Fact]
    public void Predict_BlocksAndFunctions_AllAreJoinedAndEachIsUsedWhenItAnswers() => VirtualWorld.Run(async world =>
    {
        var next = new Worker<int, int>(world, 500, x => x);
        await using Chain<int, int> chain = Slow(world, next, o => o
                .Predict(async (int _, CancellationToken token) => await After(world, 20, 4, token))
                .Predict(async (int _, BlockContext _, CancellationToken token) => await After(world, 10, 3, token))
                .Predict(_ => Hypothesis.Tentative(1, 0.2))
                .Candidates(_ => [Hypothesis.Tentative(2, 0.3)]))
            .Build(world.Eager());
        await using Turn<int> turn = chain.Start(4);
        Assert.Equal(4, await turn.Output.SingleAsync());
        Assert.Equal([(0.0, 1), (0.0, 2), (10.0, 3), (20.0, 4)], next.Runs.Select(r => (r.Began, r.Input)).Order());
        Assert.Equal(520, (await turn.Completion).Report.Elapsed.Ms());
    });

    [Theory]
    [InlineData("throws", "threw System.FormatException")]
    [InlineData("null", "returned null")]
    [InlineData("throws in the sequence", "threw System.FormatException")]
    [InlineData("throws later", "threw System.FormatException")]
    public void Candidates_OneSourceFails_CostsOnlyItsOwnGuessesAndIsLoggedOnce(string how, string logged) => VirtualWorld.Run(async world =>
    {
        var log = new CollectingLogger();
        var next = new Worker<int, int>(world, 500, x => x);
        await using Chain<int, int> chain = Slow(world, next, o => (how == "throws later" ? o.Predict(ThrowLater) : o.Candidates(_ => Bad(how)))
                .Predict(_ => Hypothesis.Tentative(1, 0.2))
                .Predict(async (int _, CancellationToken token) => await After(world, 10, 2, token)))
            .Build(world.Options(o => (o.Speculation, o.LoggerFactory) = (new SpeculationOptions { Controller = new EagerController() }, log)));
        foreach (int _ in new[] { 1, 2 })
        {
            TurnResult result = await chain.ResultAsync(2);
            Assert.Equal((TurnOutcome.Completed, 510.0), (result.Outcome, result.Report.Elapsed.Ms()));
            Assert.Equal((2, 1), (result.Report.Speculation.Started, result.Report.Speculation.Faults));
        }

        string line = Assert.Single(log.Messages, m => m.Contains("guesses of block"));
        Assert.Contains($"source 1 of the guesses of block slow {logged};", line);
    });

    [Fact]
    public void Predict_AnswersAfterTheBlock_NothingRunsOnIt() => VirtualWorld.Run(async world =>
    {
        List<int> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("guesses")
            .Then("slow", world.Work<int>(10), o => o.Predict(async (int _, CancellationToken _) => await After(world, 20, 9, CancellationToken.None)))
            .Then("fused", x =>
            {
                seen.Add(x);
                return x;
            })
            .Then("next", world.Work<int>(100), o => o.Speculate())
            .Build(world.Eager());
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal([1], seen);
    });

    [Fact]
    public async Task Candidates_OneSourceBlocksItsThread_OthersAreUsed()
    {
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Chain<int, int> chain = Chain.From<int>("guesses")
            .Then(
                "slow",
                async (int x, CancellationToken token) => await begun.Task.WaitAsync(token) + x,
                o => o.Candidates(_ => Block(release)).Predict(_ => Hypothesis.Tentative(2, 0.9)))
            .Then("next", (int x, CancellationToken _) => Begin(begun, x), o => o.Speculate())
            .Build(new ChainOptions { Speculation = new SpeculationOptions { Controller = new EagerController() } });
        try
        {
            Assert.Equal(2, await chain.RunAsync(0).AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public void Predict_StreamHasAPrediction_IsRefused() => VirtualWorld.Run(async world =>
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Chain.From<int>("guesses")
            .Stream("slow", (int _, BlockContext _, CancellationToken _) => AsyncEnumerable.Empty<int>(), o => o
                .Predict(_ => (Hypothesis<IReadOnlyList<int>>?)null)
                .Predict(async (int _, CancellationToken token) => await After<IReadOnlyList<int>>(world, 1, [], token))));
        Assert.Contains("A stream has one prediction", error.Message);
        await Task.CompletedTask;
    });

    static ChainBuilder<int, int> Slow(VirtualWorld world, Worker<int, int> next, Action<BlockSetup<int, int>> guesses) => Chain.From<int>("guesses")
        .Then("slow", world.Work<int>(300), guesses)
        .Then("next", next, o => o.Speculate().MaxSpeculations(8));

    static IEnumerable<Hypothesis<int>> Bad(string how)
    {
        return how switch
        {
            "null" => null!,
            "throws" => throw new FormatException(),
            _ => Throwing(),
        };

        static IEnumerable<Hypothesis<int>> Throwing()
        {
            yield return Hypothesis.Tentative(9, 0.5);
            throw new FormatException();
        }
    }

    static async ValueTask<Hypothesis<int>> ThrowLater(int input, CancellationToken cancellationToken)
    {
        await Task.Yield();
        throw new FormatException();
    }

    static async ValueTask<Hypothesis<T>> After<T>(VirtualWorld world, double time, T value, CancellationToken token)
    {
        await world.Delay(time, token);
        return Hypothesis.Tentative(value, 0.5);
    }

    static IEnumerable<Hypothesis<int>> Block(ManualResetEventSlim release)
    {
        release.Wait();
        return [];
    }

    static ValueTask<int> Begin(TaskCompletionSource<int> begun, int value)
    {
        begun.TrySetResult(value);
        return new(value);
    }
}
