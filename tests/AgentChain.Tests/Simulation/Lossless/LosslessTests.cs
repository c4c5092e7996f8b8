using System.Globalization;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Flow;
using AgentChain.Turns;
using Xunit.Abstractions;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>
/// Speculation never changes an answer: random chains with hypotheses right and wrong, late and repeated, with cancels, faults, timeouts
/// and interruptions, in virtual time, each turn against a sequential oracle. 20,000 schedules in the test run; as many as wanted with
/// <c>AGENTCHAIN_SCHEDULES=1000000 dotnet test tests/AgentChain.Tests -c Release --filter LosslessTests</c>, one seed again with
/// <c>AGENTCHAIN_SEED=n</c>.
/// </summary>
public class LosslessTests(ITestOutputHelper output)
{
    const int TurnsPerChain = 20;
    const int DefaultSchedules = 20_000;

    /// <summary>The oracle itself, against the same chains without speculation.</summary>
    [Fact]
    public void SequentialSchedules_EveryTurn_GivesWhatTheOracleGives()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 6 }]);
        for (int seed = 1; seed <= 100; seed++)
        {
            Assert.Equal(0, Try(seed, devices, SpeculationLevel.None).Started);
        }
    }

    [Fact]
    public void RandomSchedules_EveryTurn_GivesWhatTheSequentialOracleGives()
    {
        int chains = Number("AGENTCHAIN_SCHEDULES", DefaultSchedules) / TurnsPerChain;
        int first = Number("AGENTCHAIN_SEED", 1);
        chains = Environment.GetEnvironmentVariable("AGENTCHAIN_SEED") is null ? chains : 1;
        var sum = new Tally();
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 6 }]);
        Exception? smallest = null;
        int failing = 0;
        for (int seed = first; seed < first + chains; seed++)
        {
            try
            {
                sum.Add(Try(seed, devices, SpeculationLevel.Full));
            }
            catch (Exception error)
            {
                // The shortest failure is the one to look at.
                failing++;
                smallest = smallest is null || error.Message.Length < smallest.Message.Length ? error : smallest;
            }
        }

        Assert.True(smallest is null, $"{failing} of {chains} chains failed, the shortest: {smallest}");

        output.WriteLine($"seeds {first} to {first + chains - 1}, {sum}");
        Assert.Equal(chains * TurnsPerChain, sum.Turns);
        if (chains >= 100)
        {
            Assert.True(sum.Outcomes.Count >= 4, "Every sort of end must have been tried.");
            Assert.True(sum.Committed > sum.Turns / 10 && sum.Terminated > sum.Turns / 10, "Too little was speculated.");
        }
    }

    [Fact]
    public void RandomSchedule_SameSeedTwice_SameReports()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 6 }]);
        for (int seed = 900_000; seed < 900_020; seed++)
        {
            Assert.Equal(Play(seed, devices).Reports, Play(seed, devices).Reports);
        }
    }

    static Tally Try(int seed, DeviceScheduler devices, SpeculationLevel level)
    {
        try
        {
            return Play(seed, devices, level);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
        }
    }

    static Tally Play(int seed, DeviceScheduler devices, SpeculationLevel level = SpeculationLevel.Full) => VirtualWorld.Run(async virtualWorld =>
    {
        var random = new Random(seed);
        IReadOnlyList<LosslessStep> steps = LosslessChain.Steps(seed);
        var world = new LosslessWorld(virtualWorld, new Fate(seed, random.Next(3) == 0 ? 0 : 0.03), devices);
        TimeSpan? budget = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 400) + 0.25) : null;
        Chain<long, long> chain = LosslessStep.AddAll(steps, Chain.From<long>("lossless"), world).Build(virtualWorld.Options(o =>
        {
            o.Budget = budget is { } b ? LatencyBudget.Total(b) : LatencyBudget.None;
            o.Devices = devices;
            o.Speculation = new SpeculationOptions
            {
                Level = level,
                Controller = random.Next(3) switch { 0 => new EagerController(), 1 => new RandomController(seed), _ => null },
                HoldCapacity = random.Next(2) == 0 ? 2 : 4096,
                WasteShare = random.Next(2) == 0 ? 0.1 : null,
            };
        }));

        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, TurnsPerChain).Select(async i =>
        {
            await virtualWorld.Delay(random.Next(0, 100));
            long input = random.Next(1_000_000);
            double? cancelAt = random.Next(5) == 0 ? random.Next(0, 150) + (random.Next(4) * 0.25) : null;
            await using Turn<long> turn = chain.Start(input);
            if (cancelAt is { } at)
            {
                await Task.WhenAny(turn.Completion, virtualWorld.Delay(at));
                turn.Interrupt();
            }

            TurnResult result = await turn.Completion;
            long value = result.Outcome == TurnOutcome.Completed ? await turn.Output.SingleAsync() : 0;
            List<Possibility> possible = [.. LosslessStep.EvaluateAll(steps, new Possibility(input, []), world)];
            try
            {
                Compare(result, value, world.EffectsOf(turn.Id), possible, cancelAt is not null, budget is not null);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(Describe(steps, input, result, value, world.EffectsOf(turn.Id), possible), error);
            }

            tally.Add(result);
        }));

        // What did not obey its token runs out.
        await virtualWorld.Delay(10_000);
        Assert.Empty(world.Violations);
        Assert.Equal(
            "0 turns, 0 detached, 0 leases, 0 runs without an end",
            $"{chain.LiveTurns} turns, {chain.DetachedBlocks} detached, {devices.OpenLeases} leases, {world.OpenRuns} runs without an end");
        await chain.DisposeAsync();
        await world.DisposeInnerAsync();
        return tally;
    });

    static void Compare(TurnResult result, long value, IReadOnlyList<string> effects, List<Possibility> possible, bool mayBeCancelled, bool hasDeadline)
    {
        switch (result.Outcome)
        {
            case TurnOutcome.Completed:
                Assert.Contains(possible, p => !p.Ends && p.Value == value && p.Effects.Order().SequenceEqual(effects.Order()));
                break;
            case TurnOutcome.Failed:
                Assert.Contains(possible, p => p.Outcome == TurnOutcome.Failed && p.EndedBy == result.Error!.Block && AreAmong(effects, p.Effects));
                break;
            case TurnOutcome.DeadlineExceeded when result.Error!.Block is { } block:
                Assert.Contains(possible, p => p.Outcome == TurnOutcome.DeadlineExceeded && p.EndedBy == block && AreAmong(effects, p.Effects));
                break;
            default:
                Assert.True(result.Outcome == TurnOutcome.Interrupted ? mayBeCancelled : hasDeadline, $"{result.Outcome}");
                Assert.Contains(possible, p => AreAmong(effects, p.Effects));
                break;
        }

        Reports.AssertLawful(result);
        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal(account.Started, account.Committed + account.Terminated);
        Assert.True(account.Saved >= TimeSpan.Zero && account.Wasted >= TimeSpan.Zero);
    }

    static string Describe(
        IReadOnlyList<LosslessStep> steps, long input, TurnResult result, long value, IReadOnlyList<string> effects, List<Possibility> possible) => string.Join(
        '\n',
        [
            $"{result.Turn} of input {input} ended as {result.Outcome} with {value}, error {result.Error?.Message}, effects {string.Join(", ", effects)}",
            .. possible.Select(p => $"  possible: {p.Outcome} {p.Value} {p.EndedBy}, effects {string.Join(", ", p.Effects)}"),
            .. steps.Select(s => $"  {s.Describe("  ")}"),
        ]);

    /// <summary>Whether effects happened no more often than they should.</summary>
    static bool AreAmong(IReadOnlyList<string> effects, IReadOnlyList<string> due)
    {
        List<string> left = [.. due];
        return effects.All(left.Remove);
    }

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    sealed class Tally
    {
        public int Turns { get; private set; }

        public int Started { get; private set; }

        public int Committed { get; private set; }

        public int Terminated { get; private set; }

        public Dictionary<TurnOutcome, int> Outcomes { get; } = [];

        public List<string> Reports { get; } = [];

        public void Add(TurnResult result)
        {
            Turns++;
            SpeculationAccount account = result.Report.Speculation;
            (Started, Committed, Terminated) = (Started + account.Started, Committed + account.Committed, Terminated + account.Terminated);
            Outcomes[result.Outcome] = Outcomes.GetValueOrDefault(result.Outcome) + 1;
            Reports.Add($"{result.Turn} {result.Outcome} {result.Report.Elapsed} {string.Join(' ', result.Report.Parts)} {account.Started} {account.Saved} {account.Wasted}");
        }

        public void Add(Tally other)
        {
            (Turns, Started, Committed, Terminated) = (Turns + other.Turns, Started + other.Started, Committed + other.Committed, Terminated + other.Terminated);
            foreach ((TurnOutcome outcome, int count) in other.Outcomes)
            {
                Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + count;
            }
        }

        public override string ToString() =>
            $"{Turns} turns: {string.Join(", ", Outcomes.Select(o => $"{o.Key} {o.Value}"))}; {Started} speculations, {Committed} committed, {Terminated} terminated";
    }
}
