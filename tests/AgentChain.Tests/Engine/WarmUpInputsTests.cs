using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>A chain is warmed up by inputs that run through all of it.</summary>
public class WarmUpInputsTests
{
    static int Zero => 0;

    [Fact]
    public void WarmUpAsync_Inputs_RunThroughTheWholeChainInOrder() => VirtualWorld.Run(async world =>
    {
        List<string> seen = [];
        await using StreamChain<int, string> chain = Chain.From<int>("warm")
            .Then("first", async (int x, BlockContext context, CancellationToken token) =>
            {
                seen.Add($"{x} {context.IsWarmUp}");
                await world.Delay(50, token);
                return x;
            })
            .Stream("second", (x, _) => Two(x))
            .Build(world.Options());
        await chain.WarmUpAsync([1, 2]);
        Assert.Equal(100, world.Elapsed.Ms());
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(["3a", "3b"], await chain.RunToListAsync(3));
        Assert.Equal(["1 True", "1a", "1b", "2 True", "2a", "2b", "3 False", "3a", "3b"], seen);

        async IAsyncEnumerable<string> Two(int x)
        {
            foreach (string item in new[] { $"{x}a", $"{x}b" })
            {
                await Task.Yield();
                seen.Add(item);
                yield return item;
            }
        }
    });

    [Fact]
    public void WarmUpAsync_SpeculatingBlock_IsNotCommitted() => VirtualWorld.Run(async world =>
    {
        var block = new Stateful();
        await using Chain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "wrong"), (300, "right"), (500, "right")))
            .Then("agent", block, o => o.Speculate())
            .Build(world.Eager());
        await chain.WarmUpAsync([""]);
        await world.Delay(1000);
        Assert.Equal(["terminated", "terminated"], block.Calls);
        Assert.Equal("right", await chain.RunAsync(""));
        await world.Delay(1000);
        Assert.Equal(["terminated", "terminated", "terminated", "committed"], block.Calls);
    });

    [Fact]
    public void WarmUpAsync_DefaultController_SpeculatesInTheFirstRealTurn() => VirtualWorld.Run(async world =>
    {
        var cold = Answering(world);
        var warm = Answering(world);
        await using Chain<string, string> first = cold.Chain;
        await using Chain<string, string> second = warm.Chain;
        await second.WarmUpAsync(["", "", ""]);
        int before = warm.Work.Runs.Count;
        Assert.Equal(700, (await first.ResultAsync("")).Report.Elapsed.Ms());
        Assert.Equal(500, (await second.ResultAsync("")).Report.Elapsed.Ms());
        Assert.Equal(1, warm.Work.Runs.Count - before);
    });

    [Fact]
    public void WarmUpAsync_ColdBlocks_NoBudgetEndsThem() => VirtualWorld.Run(async world =>
    {
        bool isCold = true;
        await using Chain<int, int> chain = Chain.From<int>("warm")
            .Then("replaced", Load, o => o.Budget(50.Milliseconds()).OnOverrun(Overrun.Fallback(-1)))
            .Then("ended", Load, o => o.Budget(50.Milliseconds()).OnOverrun(Overrun.Cancel))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(300.Milliseconds())));
        await chain.WarmUpAsync([1]);
        Assert.Equal(2000, world.Elapsed.Ms());
        isCold = false;
        TurnResult result = await chain.ResultAsync(1);
        Assert.Equal((TurnOutcome.Completed, 20.0), (result.Outcome, result.Report.Elapsed.Ms()));
        isCold = true;
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.ResultAsync(1)).Outcome);

        async ValueTask<int> Load(int x, BlockContext context, CancellationToken token)
        {
            Assert.Equal(context.IsWarmUp, context.Remaining == Timeout.InfiniteTimeSpan);
            await world.Delay(isCold ? 1000 : 10, token);
            return x;
        }
    });

    [Fact]
    public void WarmUpAsync_TurnFails_NamesTheBlockAndRunsNoMore() => VirtualWorld.Run(async world =>
    {
        List<int> seen = [];
        await using Chain<int, int> chain = Chain.From<int>("warm").Then("picky", x =>
        {
            seen.Add(x);
            return x == 2 ? throw new FormatException("two") : x;
        }).Build(world.Options());
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.WarmUpAsync([1, 2, 3]));
        Assert.Equal("picky", error.Block);
        Assert.IsType<FormatException>(error.InnerException);
        Assert.Equal([1, 2], seen);
        Assert.Equal(4, await chain.RunAsync(4));
    });

    [Fact]
    public void WarmUpAsync_TokenFires_InterruptsItsTurn() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("warm").Then("work", world.Work<int>(1000)).Build(world.Options());
        using var source = new CancellationTokenSource(100.Milliseconds(), world.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chain.WarmUpAsync([1, 2], source.Token));
        Assert.Equal(100, world.Elapsed.Ms());
        Assert.Equal(0, chain.LiveTurns);
    });

    [Fact]
    public void WarmUpAsync_FullChain_WaitsForRoom() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("warm").Then("work", world.Work<int>(100)).Build(world.Options(o => o.MaxTurns = 1));
        Turn<int> real = chain.Start(1);
        await chain.WarmUpAsync([2]);
        Assert.Equal(200, world.Elapsed.Ms());
        Assert.Equal(TurnOutcome.Completed, (await real.Completion).Outcome);
    });

    [Fact]
    public void WarmUpAsync_DrainingChain_SaysSo() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("warm").Then("same", x => x).Build(world.Options());
        await chain.DrainAsync();
        await Assert.ThrowsAsync<TurnRejectedException>(async () => await chain.WarmUpAsync([1]));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await chain.WarmUpAsync((IEnumerable<int>)null!));
        await Assert.ThrowsAsync<DivideByZeroException>(async () => await chain.WarmUpAsync(Throwing()));

        static IEnumerable<int> Throwing()
        {
            yield return 1 / Zero > 0 ? 1 : 2;
        }
    });

    [Fact]
    public async Task WarmUpAsync_Turns_DoNotCountInTheMetricsOfTurns()
    {
        int turns = 0, firsts = 0, blocks = 0;
        await using Chain<int, int> chain = Chain.From<int>("warm metrics").Then("same", async (int x, CancellationToken _) =>
        {
            await Task.Yield();
            return x;
        }).Build();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument),
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (!tags.ToArray().Contains(new(TelemetryNames.ChainTag, "warm metrics")))
            {
                return;
            }

            turns += instrument.Name == TelemetryNames.TurnDuration ? 1 : 0;
            firsts += instrument.Name == TelemetryNames.TurnTimeToFirstOutput ? 1 : 0;
            blocks += instrument.Name == TelemetryNames.BlockDuration ? 1 : 0;
        });
        listener.Start();
        await chain.WarmUpAsync([1, 2]);
        Assert.Equal((0, 0, 2), (turns, firsts, blocks));
        await chain.RunAsync(3);
        Assert.Equal((1, 1, 3), (turns, firsts, blocks));
    }

    static (Chain<string, string> Chain, Worker<string, string> Work) Answering(VirtualWorld world)
    {
        var work = new Worker<string, string>(world, 200, x => x);
        return (Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "right"), (500, "right")))
            .Then("agent", work, o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions())), work);
    }

    sealed class Stateful : IBlock<string, string>, ICommitHooks
    {
        public List<string> Calls { get; } = [];

        public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => Told("committed");

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => Told("terminated");

        ValueTask Told(string what)
        {
            Calls.Add(what);
            return default;
        }
    }
}
