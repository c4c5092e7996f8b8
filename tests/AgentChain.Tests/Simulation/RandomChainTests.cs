using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Simulation;

/// <summary>
/// Thousands of turns through random chains in virtual time, with delays, faults, overruns, fallbacks, interrupts and deadlines, each
/// against a sequential oracle that knows the value, the instant, the outcome and the block concerned.
/// </summary>
public class RandomChainTests(ITestOutputHelper output)
{
    const int TurnsPerChain = 25;
    const int ChainsPerBatch = 100;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomChains_EveryTurn_EndsAsTheSequentialOracleSays(int batch)
    {
        int turns = 0;
        var outcomes = new Dictionary<TurnOutcome, int>();
        for (int seed = batch * ChainsPerBatch; seed < (batch + 1) * ChainsPerBatch; seed++)
        {
            try
            {
                foreach (TurnOutcome outcome in Play(seed).Outcomes)
                {
                    outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                    turns++;
                }
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
            }
        }

        output.WriteLine($"{turns} turns: {string.Join(", ", outcomes.Select(o => $"{o.Key} {o.Value}"))}");
        Assert.Equal(ChainsPerBatch * TurnsPerChain, turns);
        Assert.True(outcomes.Count >= 4, "Every sort of end must have been tried.");
    }

    [Fact]
    public void RandomChain_SameSeedTwice_SameEventsAndReports()
    {
        for (int seed = 1000; seed < 1020; seed++)
        {
            (IReadOnlyList<TurnOutcome> Outcomes, IReadOnlyList<string> Events, string Reports) one = Play(seed);
            (IReadOnlyList<TurnOutcome> Outcomes, IReadOnlyList<string> Events, string Reports) again = Play(seed);
            Assert.Equal(one.Events, again.Events);
            Assert.Equal(one.Outcomes, again.Outcomes);
            Assert.Equal(one.Reports, again.Reports);
        }
    }

    [Fact]
    public void NarrowRandomChains_TurnsQueueForEveryBlock_AllCompleteWithTheOraclesValues()
    {
        double waited = 0;
        for (int seed = 5000; seed < 5060; seed++)
        {
            try
            {
                waited += PlayNarrow(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
            }
        }

        output.WriteLine($"waited {waited:0} ms in queues");
        Assert.True(waited > 10_000, "The queues were not short enough to matter.");
    }

    static double PlayNarrow(int seed) => VirtualWorld.Run(async world =>
    {
        IReadOnlyList<RandomStep> steps = RandomChain.Steps(seed);
        var fate = new Fate(seed, 0, narrow: true);
        await using Chain<long, long> chain = RandomStep.AddAll(steps, Chain.From<long>("narrow"), world, fate).Build(world.Options());
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            Prediction alone = RandomStep.PredictAll(steps, i * 7919, 0, fate, "");
            Turn<long> turn = chain.Start(i * 7919);
            Assert.Equal(alone.Value, await turn.Output.SingleAsync());
            TurnResult result = await turn.Completion;
            Assert.True(result.Report.Elapsed.Ticks >= alone.At, "A turn that had to queue was faster than one alone.");
            Reports.AssertLawful(result);
            return result;
        }));
        Assert.Equal(0, chain.LiveTurns);
        return results.Sum(r => r.Report.Parts.Where(p => p.Kind == PartKind.Queue).Sum(p => p.Duration.TotalMilliseconds));
    });

    static (IReadOnlyList<TurnOutcome> Outcomes, IReadOnlyList<string> Events, string Reports) Play(int seed) => VirtualWorld.Run(async world =>
    {
        var random = new Random(seed);
        IReadOnlyList<RandomStep> steps = RandomChain.Steps(seed);
        var fate = new Fate(seed, random.Next(3) == 0 ? 0 : 0.04);
        TimeSpan? budget = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(160, 400) + 0.25) : null;
        Chain<long, long> chain = RandomStep.AddAll(steps, Chain.From<long>("random"), world, fate).Build(world.Options(o =>
        {
            o.Budget = budget is { } b ? LatencyBudget.Total(b) : LatencyBudget.None;
        }));

        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, TurnsPerChain).Select(async i =>
        {
            await world.Delay(random.Next(0, 100));
            long input = random.Next(1_000_000);
            using var caller = new CancellationTokenSource();
            double? cancelAt = random.Next(5) == 0 ? random.Next(0, 80) + 0.75 : null;
            TimeSpan? own = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(40, 400) + 0.125) : null;
            Prediction expected = Expect(RandomStep.PredictAll(steps, input, 0, fate, ""), own is null || own > budget ? budget : own, cancelAt);
            Turn<long> turn = own is { } shorter
                ? chain.Start(input, new TurnOptions { Budget = LatencyBudget.Total(shorter) }, caller.Token)
                : chain.Start(input, caller.Token);
            if (cancelAt is { } at)
            {
                using ITimer timer = world.Clock.CreateTimer(_ => caller.Cancel(), null, TimeSpan.FromMilliseconds(at), Timeout.InfiniteTimeSpan);
                await turn.Completion;
            }

            TurnResult result = await turn.Completion;
            world.Record($"{turn.Id} {result.Outcome}");
            Compare(expected, result, result.Outcome == TurnOutcome.Completed ? await turn.Output.SingleAsync() : 0);
            return result;
        }));

        // What did not obey its token runs out.
        await world.Delay(10_000);
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(0, chain.DetachedBlocks);
        Assert.Equal(0, chain.Devices.OpenLeases);
        await chain.DisposeAsync();
        string reports = string.Join('\n', results.Select(r => r.Report.ToWaterfall()));
        return ((IReadOnlyList<TurnOutcome>)[.. results.Select(r => r.Outcome)], world.Events, reports);
    });

    static Prediction Expect(Prediction sequential, TimeSpan? budget, double? cancelAt)
    {
        Prediction first = sequential;
        if (budget is { } b && b.Ticks < first.At)
        {
            first = Prediction.End(b.Ticks, TurnOutcome.DeadlineExceeded, "");
        }

        if (cancelAt is { } c && TimeSpan.FromMilliseconds(c).Ticks < first.At)
        {
            first = Prediction.End(TimeSpan.FromMilliseconds(c).Ticks, TurnOutcome.Interrupted, "");
        }

        return first;
    }

    static void Compare(Prediction expected, TurnResult result, long value)
    {
        Assert.Equal(expected.Outcome, result.Outcome);
        Assert.InRange(result.Report.Elapsed.Ticks, expected.At, expected.At + 10);
        if (expected.Ends)
        {
            Assert.Contains(result.Error!.Block ?? "", expected.EndedBy!);
        }
        else
        {
            Assert.Equal(expected.Value, value);
        }

        Reports.AssertLawful(result);
    }
}
