using AgentChain.Blocks.Hedging;
using AgentChain.Diagnostics;
using AgentChain.Simulation;

namespace AgentChain.Tests.Blocks.Hedging;

/// <summary>Blocks with a second attempt, in virtual time.</summary>
public class HedgedBlockTests
{
    static readonly HedgeOptions After20 = new() { Delay = 20.Milliseconds(), MaxExtra = 1, Burst = 100 };

    [Fact]
    public void Run_HeavyTail_CutsTheTailAtTwoPercentMoreCalls() => VirtualWorld.Run(async world =>
    {
        const int Calls = 40_000;
        double[] plain = await Latencies(world, new Tail(world), Calls);
        var hedged = new HedgedBlock<int, int>(new Tail(world));
        double[] with = await Latencies(world, hedged, Calls);

        Assert.True(with[(int)(Calls * 0.999)] * 5 <= plain[(int)(Calls * 0.999)], $"{plain[(int)(Calls * 0.999)]} to {with[(int)(Calls * 0.999)]}");
        Assert.InRange(with[Calls / 2], plain[Calls / 2] * 0.97, plain[Calls / 2] * 1.03);
        Assert.Equal(Calls, hedged.Counts.Calls);
        Assert.InRange(hedged.Counts.Hedges, 1, (Calls * 0.02) + 10);
    });

    [Fact]
    public void Run_MostCallsAreSlow_TheBucketBoundsTheAttempts() => VirtualWorld.Run(async world =>
    {
        var hedged = new HedgedBlock<int, int>(new Scripted(world, (_, _) => 100), new HedgeOptions { Delay = 20.Milliseconds() });

        await Latencies(world, hedged, 1000);

        Assert.InRange(hedged.Counts.Hedges, 15, 25);
    });

    [Fact]
    public void Run_DelayLongerThanATimerWaits_IsNeverHedged() => VirtualWorld.Run(async world =>
    {
        var hedged = new HedgedBlock<int, int>(new Scripted(world, (_, _) => 100), new HedgeOptions { Delay = TimeSpan.MaxValue });

        await Latencies(world, hedged, 3);

        Assert.Equal((3, 0), (hedged.Counts.Calls, hedged.Counts.Hedges));
    });

    [Fact]
    public void Run_FirstIsSlow_TheSecondAnswersAndTheFirstIsCanceled() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, attempt) => attempt == 1 ? 500 : 30);
        await using var chain = Chain.From<int>("hedge").Then("call", block.Hedged(After20)).Build(world.Options());

        Turn<int> turn = chain.Start(7);
        TurnResult result = await turn.Completion;
        Assert.Equal((TurnOutcome.Completed, 50.0), (result.Outcome, world.Elapsed.TotalMilliseconds));
        await world.Delay(1);
        Assert.Equal([1], block.Canceled);
        BlockSpan hedge = Assert.Single(result.Report.Spans, s => s.Block == "call/hedge");
        Assert.Equal((20.0, 50.0), (hedge.Started.TotalMilliseconds, hedge.Ended.TotalMilliseconds));
    });

    [Fact]
    public void Run_FirstAnswersAfterAll_TheSecondIsCanceled() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, attempt) => attempt == 1 ? 40 : 500);
        var hedged = new HedgedBlock<int, int>(block, After20);
        await using var chain = Chain.From<int>("hedge").Then("call", hedged).Build(world.Options());

        Assert.Equal(7, await chain.RunAsync(7));

        Assert.Equal((40.0, 2), (world.Elapsed.TotalMilliseconds, block.Attempts));
        Assert.Equal([2], block.Canceled);
        Assert.Equal(new HedgeCounts(1, 1, 0), hedged.Counts);
    });

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 40)]
    public void Run_OneAttemptFails_TheOtherAnswers(int failing, int took) => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, attempt) => 40) { Fails = attempt => attempt == failing };
        await using var chain = Chain.From<int>("hedge").Then("call", block.Hedged(After20)).Build(world.Options());

        Assert.Equal(7, await chain.RunAsync(7));

        Assert.Equal(took, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Run_BothAttemptsFail_TheTurnFailsWithTheFirstsException() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, _) => 40) { Fails = _ => true };
        await using var chain = Chain.From<int>("hedge").Then("call", block.Hedged(After20)).Build(world.Options());

        var error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync(7));

        Assert.Equal("attempt 1", Assert.IsType<IOException>(error.InnerException).Message);
    });

    [Fact]
    public void Interrupt_BothRun_BothAreCanceledAndTheTurnIsQuiet() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, _) => 500);
        await using var chain = Chain.From<int>("hedge").Then("call", block.Hedged(After20)).Build(world.Options());
        Turn<int> turn = chain.Start(7);
        await world.Delay(30);

        turn.Interrupt();
        await turn.WhenQuiescentAsync();

        Assert.Equal([1, 2], block.Canceled.Order());
        Assert.Equal(30, world.Elapsed.TotalMilliseconds);
    });

    [Fact]
    public void Run_SecondThrowsAtOnce_TheFirstDecides() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, (_, attempt) => attempt == 1 ? 40 : throw new IOException("at once"));
        await using var chain = Chain.From<int>("hedge").Then("call", block.Hedged(After20)).Build(world.Options());

        Assert.Equal(7, await chain.RunAsync(7));
    });

    [Fact]
    public void Run_LosersCallbackThrows_TheAnswerStands() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("hedge").Then("call", new Registers(world).Hedged(After20)).Build(world.Options());

        Assert.Equal(7, await chain.RunAsync(7));
    });

    [Fact]
    public void Hedged_BlockWithCommitHooks_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Hooked().Hedged());

    static async Task<double[]> Latencies(VirtualWorld world, IBlock<int, int> block, int calls)
    {
        await using Chain<int, int> chain = Chain.From<int>("tail").Then("call", block).Build(world.Options());
        double[] times = new double[calls];
        for (int i = 0; i < calls; i++)
        {
            TimeSpan start = world.Elapsed;
            await chain.RunAsync(i);
            times[i] = (world.Elapsed - start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>About 10 ms; one call in a hundred takes about two seconds (The Tail at Scale).</summary>
    sealed class Tail(VirtualWorld world) : IBlock<int, int>
    {
        readonly Random _random = new(9);

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            double time = 8 + (4 * _random.NextDouble());
            await world.Delay(_random.Next(100) == 0 ? time * 200 : time, cancellationToken);
            return input;
        }
    }

    sealed class Scripted(VirtualWorld world, Func<int, int, int> time) : IBlock<int, int>
    {
        public int Attempts { get; private set; }

        public List<int> Canceled { get; } = [];

        public Func<int, bool> Fails { get; init; } = _ => false;

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            int attempt = ++Attempts;
            try
            {
                await world.Delay(time(input, attempt), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Canceled.Add(attempt);
                throw;
            }

            return Fails(attempt) ? throw new IOException($"attempt {attempt}") : input;
        }
    }

    sealed class Registers(VirtualWorld world) : IBlock<int, int>
    {
        int _attempts;

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            cancellationToken.Register(() => throw new InvalidOperationException("callback"));
            await world.Delay(++_attempts == 1 ? 500 : 10, cancellationToken);
            return input;
        }
    }

    sealed class Hooked : IBlock<int, int>, ICommitHooks
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => default;

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => default;
    }
}
