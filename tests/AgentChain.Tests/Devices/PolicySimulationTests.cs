using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

/// <summary>The default policy against the least loaded device, end to end: it learns what it predicts from the turns themselves.</summary>
public class PolicySimulationTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Scenarios.Keys];

    static readonly Dictionary<string, PolicySimulation> Scenarios = new()
    {
        ["two equal"] = new() { Slowness = [1, 1], Load = 0.7 },
        ["four equal, busy"] = new() { Slowness = [1, 1, 1, 1], Load = 0.9 },
        ["three equal, long tail"] = new() { Slowness = [1, 1, 1], Load = 0.8, Spread = 1.2 },
        ["two lanes each"] = new() { Slowness = [1, 1], Lanes = [2, 2], Load = 0.8 },
        ["unlike"] = new() { Slowness = [1, 2.5], Load = 0.6 },
        ["unlike, idle"] = new() { Slowness = [1, 4, 12], Load = 0.3 },
        ["a fast one with two lanes"] = new() { Slowness = [1, 3, 3], Lanes = [2, 1, 1], Load = 0.7 },
        ["two and a processor"] = new() { Slowness = [1, 1, 20], Load = 0.7 },
        ["conversations"] = new() { Slowness = [1, 1], Load = 0.6, Conversations = 20, Rebuild = 60 },
        ["conversations, unlike"] = new() { Slowness = [1, 2], Load = 0.6, Conversations = 20, Rebuild = 60 },
        ["nothing predicted"] = new() { Slowness = [1, 1], Load = 0.7, IsPredicted = false },
        ["nothing predicted, conversations"] = new() { Slowness = [1, 1], Load = 0.5, Conversations = 20, Rebuild = 60, IsPredicted = false },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void DeadlineAware_AgainstLeastLoaded_IsNeverWorse(string name)
    {
        (double mean, double p95) = Compare(Scenarios[name], static () => new DeadlineAwarePolicy());
        output.WriteLine(FormattableString.Invariant($"{name}: mean {mean:0.000}, p95 {p95:0.000}"));
        Assert.InRange(mean, 0, 1.02);
        Assert.InRange(p95, 0, 1.05);
    }

    [Theory]
    [InlineData("unlike, idle", 0.7)]
    [InlineData("conversations", 0.9)]
    public void DeadlineAware_DevicesUnlikeOrStateToKeep_IsClearlyBetter(string name, double most) =>
        Assert.InRange(Compare(Scenarios[name], static () => new DeadlineAwarePolicy()).Mean, 0, most);

    [Fact]
    public void PowerOfTwo_ManyEqualDevices_IsCloseToTheLeastLoaded() => Assert.InRange(
        Compare(new() { Slowness = [1, 1, 1, 1, 1, 1, 1, 1], Load = 0.8 }, static () => new PowerOfTwoPolicy(1)).Mean, 0, 1.4);

    /// <summary>Returns the mean and the 95th percentile, as a share of those of the least loaded device, over three seeds.</summary>
    static (double Mean, double P95) Compare(PolicySimulation simulation, Func<IDevicePlacementPolicy> policy)
    {
        double[] own = [.. Enumerable.Range(1, 3).SelectMany(seed => simulation.Run(policy(), seed)).Order()];
        double[] least = [.. Enumerable.Range(1, 3).SelectMany(seed => simulation.Run(new LeastLoadedPolicy(), seed)).Order()];
        return (own.Average() / least.Average(), own[own.Length * 95 / 100] / least[least.Length * 95 / 100]);
    }
}
