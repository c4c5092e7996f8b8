using System.Globalization;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>
/// Speculation never changes an answer: random chains with hypotheses right and wrong, late and repeated, with cancels, faults, timeouts
/// and interruptions, in virtual time, each turn against a sequential oracle. A third of the chains are hostile in every way that
/// <see cref="Hostility"/> lists. 20,000 schedules in the test run; as many as wanted with <c>AGENTCHAIN_SCHEDULES=1000000</c> before
/// <c>dotnet test --project tests/AgentChain.Tests -c Release --filter-class *.LosslessTests</c>, one seed again with <c>AGENTCHAIN_SEED=n</c>.
/// </summary>
public class LosslessTests(ITestOutputHelper output)
{
    const int TurnsPerChain = 20;
    const int DefaultSchedules = 20_000;

    /// <summary>The oracle itself, against the same chains without speculation.</summary>
    [Fact]
    public void SequentialSchedules_EveryTurn_GivesWhatTheOracleGives()
    {
        using var devices = new LosslessDevices();
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
        var devices = new LosslessDevices();
        Exception? smallest = null;
        int failing = 0;
        string failed = "";
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
                failed = failing <= 20 ? $"{failed} {seed}" : failed;

                // What it has left behind is not for the next.
                devices.Dispose();
                devices = new LosslessDevices();
                smallest = smallest is null || error.Message.Length < smallest.Message.Length ? error : smallest;
            }
        }

        devices.Dispose();
        Assert.True(smallest is null, $"{failing} of {chains} chains failed, of seeds{failed}, the shortest: {smallest}");

        output.WriteLine($"seeds {first} to {first + chains - 1}, {sum}");
        Assert.Equal(chains * TurnsPerChain, sum.Turns);
        if (chains >= 100)
        {
            Assert.True(sum.Outcomes.Count >= 4, "Every sort of end must have been tried.");
            Assert.All(Enum.GetValues<Hostility>(), kind => Assert.True(sum.Hostility.MetOf(kind) >= chains / 100, $"{kind} was met {sum.Hostility.MetOf(kind)} times."));
            Assert.True(sum.Committed > sum.Turns / 10 && sum.Terminated > sum.Turns / 10, "Too little was speculated.");
        }
    }

    [Fact]
    public void RandomSchedule_SameSeedTwice_SameReports()
    {
        using var devices = new LosslessDevices();
        for (int seed = 900_000; seed < 900_020; seed++)
        {
            (Tally first, Tally again) = (Play(seed, devices), Play(seed, devices));
            Assert.Equal(first.Reports, again.Reports);
            Assert.Equal($"{first}", $"{again}");
        }
    }

    static Tally Try(int seed, LosslessDevices devices, SpeculationLevel level)
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

    static Tally Play(int seed, LosslessDevices devices, SpeculationLevel level = SpeculationLevel.Full) =>
        VirtualWorld.Run(world => new LosslessRun(seed, world, devices).PlayAsync(TurnsPerChain, level));

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
