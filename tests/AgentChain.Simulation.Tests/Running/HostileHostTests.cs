using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Running;

public sealed class HostileHostTests
{
    private static readonly LatencyModel Hundred = LatencyModel.Fixed(100.Milliseconds());

    [Fact]
    public void Run_InputThrows_NamesTheRow()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => Simulator.Run<Arrival, Arrival>(One(Hundred), a => a.Row == 2 ? throw new FormatException() : a, At(0, 1, 2), D()));

        Assert.Contains("row 2", error.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(error.InnerException);
    }

    [Fact]
    public void Run_FactoryThrowsOrReturnsNull_SaysSo()
    {
        Assert.Throws<FormatException>(() => Simulator.Run<int, int>(_ => throw new FormatException(), _ => 1, At(0), null, new() { Seeds = 3 }));
        Assert.Contains("returned null", Assert.Throws<InvalidOperationException>(
            () => Simulator.Run<int, int>(_ => null!, _ => 1, At(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ChainInRealTime_SaysHowToBuildIt() => Assert.Contains("SimulationSetup.Options", Assert.Throws<InvalidOperationException>(
        () => Simulator.Run(_ => Chain.From<Arrival>("real").Then("n", a => a).Build(), a => a, At(0))).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_BlockHangs_EndsWithAnErrorThatNamesIt() => Assert.Contains("hang", Assert.Throws<InvalidOperationException>(
        () => Simulator.Run(
            setup => Chain.From<Arrival>("c").Then("hang", async (a, token) =>
            {
                await new TaskCompletionSource().Task;
                return a;
            }).Build(setup.Options()),
            a => a, At(0))).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_BlockHangsUntilItsBudget_TheOtherTurnsGoOn()
    {
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("c").Then("hang", async (a, token) =>
            {
                await (a.Row == 1 ? new TaskCompletionSource().Task : Task.CompletedTask);
                return a;
            }).Build(setup.Options(o => o.Budget = LatencyBudget.Total(50.Milliseconds()))),
            a => a, At(0, 1, 2)).All;

        Assert.Equal((2, 1), (run.Outcomes[TurnOutcome.Completed], run.Outcomes[TurnOutcome.DeadlineExceeded]));
    }

    [Fact]
    public void Run_UnknownDevice_NamesTheDevices() => Assert.Contains("was given d", Assert.Throws<ArgumentException>(
        () => Simulator.Run(setup => Chain.From<Arrival>("c").Then("w", Block(setup, "gpu", Hundred)).Build(setup.Options()), a => a, At(0), D()))
        .Message, StringComparison.Ordinal);

    [Fact]
    public void Run_TwoDevicesOfOneName_AreRejected() => Assert.Throws<ArgumentException>(
        () => Simulator.Run(One(Hundred), a => a, At(0), [new DeviceGroup("d"), new DeviceGroup("d", 2)]));

    [Fact]
    public void Run_TokenIsCanceledWhileItRuns_Ends()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Simulator.Run(
            One(Hundred),
            a =>
            {
                if (a.Row == 5)
                {
                    source.Cancel();
                }

                return a;
            },
            ArrivalTrace.Poisson(1, 1_000_000), D(), null, source.Token));
    }

    [Fact]
    public void Run_BrokenRowOfAFile_IsFoundBeforeTheSimulation() => Assert.Throws<ArrivalTraceException>(
        () => Simulator.Run(One(Hundred), a => a, ArrivalTrace.FromMooncake(() => new StringReader("{")), D()));
}
