namespace AgentChain.Simulation.Tests.Serving;

/// <summary>The choice of the mode on two devices with the constants of a model of eight billion parameters on H100.</summary>
public sealed class ServingModeKeeperTests
{
    const int Window = 200;

    [Theory]
    [InlineData(200, 30, 9)]
    [InlineData(1000, 11, 9)]
    [InlineData(300, 25, 16)]
    [InlineData(2000, 9, 6)]
    public void Run_PointOfTheGrid_ServesAsManyAsTheBestMode(int first, int each, double rate)
    {
        ServingOptions options = Options(first, each, sizes: new ServingOptions(2, Step).ChunkSizes);
        Arrival[] requests = Requests(rate, 1_200);
        double best = SizeSearchTests.Setups(options).Max(setup => ServingReplay.Run(requests, options, setup, next: null, Window).Attainment);
        var keeper = new ServingModeKeeper(options) { Window = Window };

        double chosen = ServingReplay.Run(requests, options, keeper.Setup, keeper.Add, Window).Attainment;

        Assert.True(chosen >= 0.98 * best, $"{chosen} of {best}");
        Assert.InRange(keeper.Changes, 0, 3);
    }

    [Fact]
    public void Run_RequestsBecomeOthers_FollowsThem()
    {
        // First answers that must not be interrupted by prompts, then prompts that are too many for one device.
        ServingOptions options = Options(600, 12, [ServingMode.Colocated, ServingMode.Disaggregated]);
        Arrival[] first = Requests(11, 1_400);
        Arrival[] requests =
        [
            .. first,
            .. ArrivalTrace.Poisson(24, 1_400).WithTokens(key => (1_000 + key.Below(1_500), 1 + key.Fold(1).Below(3))).Read(3)
                .Select(arrival => arrival with { Time = arrival.Time + first[^1].Time }),
        ];
        double[] alone = [.. options.Modes.Select(mode => ServingReplay.Run(requests, options, mode).Attainment)];
        var keeper = new ServingModeKeeper(options, ServingMode.Colocated) { Window = 100 };

        double chosen = ServingReplay.Run(requests, keeper).Attainment;

        Assert.True(chosen >= alone.Max(), $"{chosen} of {string.Join(", ", alone)} with {keeper.Changes} changes");
        Assert.Equal((2, ServingMode.Colocated), (keeper.Changes, keeper.Mode));
    }

    [Fact]
    public void Of_LooseAndTightTokens_ChoosesAnotherMode()
    {
        Arrival[] window = Requests(9, 400);

        Assert.NotEqual(ServingMode.Disaggregated, ServingChoice.Of(window, Options(200, 30)).Mode);
        Assert.Equal(ServingMode.Disaggregated, ServingChoice.Of(window, Options(1000, 10)).Mode);
    }

    [Fact]
    public void Of_Window_HasEachModeInItsText()
    {
        ServingChoice choice = ServingChoice.Of(Requests(5, 100), Options(300, 25));

        Assert.Equal(choice.Trials.Count, choice.ToString().Split('\n').Length);
        Assert.Contains($"* {choice.Setup}", choice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_LimitsThatSuitAnotherMode_ChangesAtTheEndOfAWindow()
    {
        var keeper = new ServingModeKeeper(Options(1000, 10), ServingMode.Colocated) { Window = Window };
        Arrival[] requests = Requests(9, Window);

        Assert.All(requests[..^1], request => Assert.Equal(ServingMode.Colocated, keeper.Add(request).Mode));
        Assert.Equal(ServingMode.Disaggregated, keeper.Add(requests[^1]).Mode);
        Assert.Equal((1, ServingMode.Disaggregated), (keeper.Changes, keeper.Last!.Mode));
    }

    [Fact]
    public void Add_StepTimeThrows_FailsAtTheEndOfEachWindowOnlyAndKeepsTheMode()
    {
        bool isBroken = true;
        var options = new ServingOptions(2, step => isBroken ? throw new NotSupportedException() : Step(step)) { TokenLimit = 10.Milliseconds() };
        var keeper = new ServingModeKeeper(options, ServingMode.Colocated) { Window = 20 };
        Arrival[] requests = Requests(9, 200);

        int failed = requests.Count(request => Record.Exception(() => keeper.Add(request)) is NotSupportedException);
        Assert.Equal((10, ServingMode.Colocated, null), (failed, keeper.Mode, keeper.Last));

        isBroken = false;
        Array.ForEach(requests, request => keeper.Add(request));
        Assert.NotNull(keeper.Last);
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(50, 50_000_000)]
    [InlineData(2, 1_100_000_000)]
    public void Add_MoreWindowsThanAnyHistoryHas_ReplaysAll(int window, int windows)
    {
        var keeper = new ServingModeKeeper(Options(1000, 10)) { Window = window, Windows = windows };

        Array.ForEach(Requests(9, 120), request => keeper.Add(request));

        Assert.Equal(120 / window * window, keeper.Last!.Trials[0].Requests + (window < 120 ? window : 0));
    }

    [Theory]
    [InlineData(0, 1, int.MaxValue, "OutputTokens 2147483647")]
    [InlineData(0, int.MaxValue, 1, "InputTokens 2147483647")]
    [InlineData(-1, 1, 1, "Time -")]
    [InlineData(40_000, 1, 1, "Time 40000")]
    public void Add_RequestThatCannotBeReplayed_NamesTheValueAndLeavesItOut(int days, int input, int output, string named)
    {
        var keeper = new ServingModeKeeper(Options(1000, 10)) { Window = 1 };
        var request = new Arrival { Time = TimeSpan.FromDays(days), InputTokens = input, OutputTokens = output };

        Assert.Contains(named, Assert.Throws<ArgumentException>(() => keeper.Add(request)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ServingReplay.Run([request], Options(1000, 10), ServingMode.Chunked));
        keeper.Add(new Arrival { InputTokens = int.MinValue, OutputTokens = int.MinValue });
        Assert.Equal(1, keeper.Last!.Trials[0].Requests);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Run_StepTimeThatCannotBe_SaysWhatItMustBe(int days)
    {
        var options = new ServingOptions(2, _ => TimeSpan.FromDays(days));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ServingReplay.Run(Requests(9, 3), options, ServingMode.Colocated));

        Assert.Contains("zero or more, and at most a day", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TransferLongerThanAnyTime_Ends()
    {
        var options = new ServingOptions(2, Step) { TransferPerToken = TimeSpan.MaxValue };

        Assert.Equal(3, ServingReplay.Run(Requests(9, 3), options, ServingMode.Disaggregated).Requests);
    }

    static ServingOptions Options(int first, int each, IReadOnlyList<ServingMode>? modes = null, IReadOnlyList<int>? sizes = null) => new(2, Step)
    {
        ChunkSizes = sizes ?? [512],
        Modes = modes ?? new ServingOptions(2, Step).Modes,
        FirstTokenLimit = first.Milliseconds(),
        TokenLimit = each.Milliseconds(),
        TransferPerToken = TimeSpan.FromSeconds(131_072 / 64e9),
    };

    static Arrival[] Requests(double rate, int count) =>
        [.. ArrivalTrace.Poisson(rate, count).WithTokens(key => (200 + key.Below(2_000), 50 + key.Fold(1).Below(300))).Read(1)];

    static TimeSpan Step(BatchStep step) => TimeSpan.FromSeconds(0.5e-3 + Math.Max(
        ((16.06e9 * (step.PromptTokens + step.Sequences)) + (262_144 * step.SquaredPromptTokens)) / 494.5e12,
        (16.06e9 + (131_072 * (double)(step.ContextTokens + step.PromptTokens))) / 2.345e12));
}
