using AgentChain.Simulation;

namespace AgentChain.Tests.Soak.Overload;

/// <summary>
/// The overload that a command runs for an hour, short; and checks that it detects violations. The heap is that of the process, so no
/// other test may run beside it.
/// </summary>
[Collection(nameof(OverloadTests))]
[CollectionDefinition(nameof(OverloadTests), DisableParallelization = true)]
public class OverloadTests(ITestOutputHelper output)
{
    [Fact]
    public void RunAsync_TenTimesTheSustainableLoad_EveryTurnHasItsOneOutcome() => VirtualWorld.Run(async world =>
    {
        OverloadReport report = await OverloadRun.RunAsync(new() { Duration = 30.Seconds(), Core = Core(x => x + 1) }, world.Options());
        output.WriteLine(report.ToString());
        Assert.True(report.Holds, report.ToString());
        Assert.InRange(report.Started, 59_900, 60_000);
        Assert.InRange(report.Of(TurnOutcome.Completed), 100, 31 * OverloadRun.Sustainable);
        Assert.True(report.Of(TurnOutcome.Rejected) > 0 && report.Of(TurnOutcome.DeadlineExceeded) > 0 && report.Of(TurnOutcome.Interrupted) > 0);
    });

    [Fact]
    public void RunAsync_BlockThatAnswersWrong_Faults() => VirtualWorld.Run(async world =>
    {
        OverloadReport report = await OverloadRun.RunAsync(new() { Duration = 1.Seconds(), Core = Core(x => x + 2) }, world.Options());
        Assert.Contains(report.Faults, fault => fault.Contains("answered", StringComparison.Ordinal));
    });

    static SimulatedBlock<int, int> Core(Func<int, int> make) => new(LatencyModel.LogNormal(OverloadRun.CoreTime, 0.5), make);
}
