using AgentChain.Placement;

namespace AgentChain.Simulation.Tests.Serving;

/// <summary>Keepers of a mode that replay on a timer.</summary>
public sealed class ServingModeRunTests
{
    const int Window = 200;

    [Fact]
    public void Start_LimitsThatSuitAnotherMode_ChangesAtTheEndOfThePeriod() => VirtualWorld.Run(async world =>
    {
        var keeper = new ServingModeKeeper(Options(10), ServingMode.Colocated) { Window = Window };
        using KeeperRun run = keeper.Start(10.Seconds(), world.Clock);
        Assert.All(Requests(Window), request => Assert.Equal(ServingMode.Colocated, keeper.Add(request).Mode));
        await world.Delay(9_000);
        Assert.Equal(ServingMode.Colocated, keeper.Mode);
        await world.Delay(1_001);
        Assert.Equal((1, ServingMode.Disaggregated, 1L), (keeper.Changes, keeper.Mode, run.Updates));
    });

    [Fact]
    public void Start_FewRequests_AreCollectedForALaterPeriod() => VirtualWorld.Run(async world =>
    {
        var keeper = new ServingModeKeeper(Options(10), ServingMode.Colocated) { Window = Window };
        using KeeperRun run = keeper.Start(10.Seconds(), world.Clock);
        Arrival[] requests = Requests(60);
        Array.ForEach(requests[..30], request => keeper.Add(request));
        await world.Delay(10_001);
        Assert.Null(keeper.Last);
        Array.ForEach(requests[30..], request => keeper.Add(request));
        await world.Delay(10_001);
        Assert.NotNull(keeper.Last);
    });

    [Fact]
    public void Start_StepThrows_IsReportedAndRequestsGoOn() => VirtualWorld.Run(async world =>
    {
        bool fails = true;
        var keeper = new ServingModeKeeper(
            new ServingOptions(2, step => fails ? throw new FormatException() : Step(step)) { FirstTokenLimit = 1.Seconds(), TokenLimit = 10.Milliseconds() },
            ServingMode.Colocated) { Window = Window };
        using KeeperRun run = keeper.Start(10.Seconds(), world.Clock);
        List<Exception> failures = [];
        run.Failed += (_, args) => failures.Add(args.Error);
        Array.ForEach(Requests(Window), request => keeper.Add(request));
        await world.Delay(10_001);
        Assert.Single(failures);
        Assert.Equal(ServingMode.Colocated, keeper.Mode);
        fails = false;
        Array.ForEach(Requests(Window), request => keeper.Add(request));
        await world.Delay(10_001);
        Assert.Null(run.Error);
        Assert.NotNull(keeper.Last);
    });

    [Fact]
    public void Change_ADeviceIsLeft_TakesAPossibleModeAtOnceAndReplaysSoon() => VirtualWorld.Run(async world =>
    {
        var keeper = new ServingModeKeeper(Options(10), ServingMode.Disaggregated) { Window = Window };
        using KeeperRun run = keeper.Start(10.Seconds(), world.Clock);
        Array.ForEach(Requests(Window), request => keeper.Add(request));
        keeper.Change(new ServingOptions(1, Step) { ChunkSizes = [512], FirstTokenLimit = 1.Seconds(), TokenLimit = 10.Milliseconds() });
        Assert.NotEqual(ServingMode.Disaggregated, keeper.Mode);
        await world.Delay(1);
        Assert.Equal((1L, 2), (run.Updates, keeper.Last!.Trials.Count));

        // Back: the best mode is taken at once, without two windows in a row.
        keeper.Change(Options(10));
        await world.Delay(1);
        Assert.Equal((2L, ServingMode.Disaggregated), (run.Updates, keeper.Mode));
    });

    [Fact]
    public void Dispose_Run_ReplaysInAddAgain() => VirtualWorld.Run(async world =>
    {
        var keeper = new ServingModeKeeper(Options(10), ServingMode.Colocated) { Window = Window };
        Arrival[] requests = Requests(Window);
        KeeperRun run = keeper.Start(10.Seconds(), world.Clock);
        Array.ForEach(requests[..^1], request => keeper.Add(request));
        run.Dispose();
        await world.Delay(20_000);
        Assert.Null(keeper.Last);
        keeper.Add(requests[^1]);
        Assert.NotNull(keeper.Last);
    });

    [Fact]
    public void Add_TimerNeverComes_HoldsABoundedNumberOfRequests() => VirtualWorld.Run(async world =>
    {
        var keeper = new ServingModeKeeper(Options(10)) { Window = 20, Windows = 2 };
        using KeeperRun run = keeper.Start(TimeSpan.MaxValue, world.Clock);
        Array.ForEach(Requests(2_000), request => keeper.Add(request));
        keeper.Change(Options(10));
        await world.Delay(1);
        Assert.Equal(1, run.Updates);
        Assert.InRange(keeper.Last!.Trials[0].Requests, 1, 80);
    });

    static ServingOptions Options(int each) => new(2, Step)
    {
        ChunkSizes = [512], FirstTokenLimit = 1.Seconds(), TokenLimit = each.Milliseconds(), TransferPerToken = TimeSpan.FromSeconds(131_072 / 64e9),
    };

    static Arrival[] Requests(int count) =>
        [.. ArrivalTrace.Poisson(9, count).WithTokens(key => (200 + key.Below(2_000), 50 + key.Fold(1).Below(300))).Read(1)];

    static TimeSpan Step(BatchStep step) => TimeSpan.FromSeconds(0.5e-3 + Math.Max(
        ((16.06e9 * (step.PromptTokens + step.Sequences)) + (262_144 * step.SquaredPromptTokens)) / 494.5e12,
        (16.06e9 + (131_072 * (double)(step.ContextTokens + step.PromptTokens))) / 2.345e12));
}
