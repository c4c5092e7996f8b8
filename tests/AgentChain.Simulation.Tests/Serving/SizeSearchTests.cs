namespace AgentChain.Simulation.Tests.Serving;

/// <summary>The choice among sizes of chunks, with the constants of a model of eight billion parameters on H100.</summary>
public sealed class SizeSearchTests
{
    [Fact]
    public void Of_TightTokensAndTightFirst_ChoosesSmallAndLargeChunks()
    {
        Arrival[] window = Requests(10, 400);

        int small = ServingChoice.Of(window, Options(2_000, 10)).Setup.ChunkTokens!.Value;
        int large = ServingChoice.Of(window, Options(200, 60)).Setup.ChunkTokens!.Value;

        Assert.True(small < large, $"{small}, {large}");
    }

    [Theory]
    [InlineData(200, 60)]
    [InlineData(300, 25)]
    [InlineData(500, 15)]
    [InlineData(2_000, 10)]
    public void Of_SomeSizes_AreAsGoodAsAllOfThem(int first, int each)
    {
        ServingOptions options = Options(first, each);
        foreach (double rate in (ReadOnlySpan<double>)[8, 14, 20])
        {
            Arrival[] window = Requests(rate, 300);
            double best = Setups(options).Max(setup => ServingReplay.Run(window, options, setup, next: null, skip: 0).Attainment);

            ServingChoice choice = ServingChoice.Of(window, options);

            Assert.True(choice.Trials.Max(trial => trial.Attainment) >= best - 0.01, $"{rate}: {choice} of {best}");
            Assert.InRange(choice.Trials.Count, 2, 4);
        }
    }

    [Theory]
    [InlineData(0, "2 3 1 0")]
    [InlineData(1, "2 3 1 0")]
    [InlineData(2, "2 3 1")]
    [InlineData(3, "2 3 1 4")]
    [InlineData(4, "2 3 1 4")]
    public void Run_BestSize_IsFoundFromTheMiddleInFourReplays(int best, string expected)
    {
        List<int> tried = [];
        IReadOnlyList<ServingResult> results = SizeSearch.Run(5, 2, at =>
        {
            tried.Add(at);
            return Result(at, Math.Abs(at - best));
        });

        Assert.Equal(expected, string.Join(' ', tried));
        Assert.Contains(results, result => result.Setup.ChunkTokens == best);
        Assert.Equal(results.OrderBy(result => result.Setup.ChunkTokens), results);
    }

    [Fact]
    public void Run_LargerSizeIsALittleBetterThanTheMiddle_FindsTheSmallerOneThatIsBest()
    {
        // 256 tokens are best, and the others get a little better from 512 on.
        double[] stretches = [9, 1, 8, 7, 6];

        Assert.Contains(SizeSearch.Run(5, 2, at => Result(at, stretches[at])), result => result.Setup.ChunkTokens == 1);
    }

    [Fact]
    public void Run_OneSize_IsTriedOnce() => Assert.Single(SizeSearch.Run(1, 0, at => Result(at, 0)));

    [Fact]
    public void Add_SizeThatSuitsTheLimits_IsReturnedAndTriedFirst()
    {
        var keeper = new ServingModeKeeper(Options(2_000, 10), ServingMode.Chunked, 2_048) { Window = 200 };
        Assert.Equal(new(ServingMode.Chunked, 2_048), keeper.Setup);
        Arrival[] requests = Requests(10, 800);

        Assert.All(requests[..199], request => Assert.Equal(2_048, keeper.Add(request).ChunkTokens));
        int chosen = keeper.Add(requests[199]).ChunkTokens!.Value;
        Assert.InRange(chosen, 128, 512);

        Array.ForEach(requests[200..], request => keeper.Add(request));
        Assert.InRange(keeper.Last!.Trials.Count, 2, 3);
        Assert.Contains(keeper.Last.Trials, trial => trial.Setup == keeper.Setup);
    }

    [Fact]
    public void Run_RequestsBecomeOthers_FollowsThemWithTheSize()
    {
        // A step takes 32 tokens for nothing. First, long prompts need large chunks; then short answers must not be interrupted by them.
        var options = new ServingOptions(2, step => TimeSpan.FromMilliseconds(0.5 + Math.Max(7, 0.05 * (step.PromptTokens + step.Sequences))))
        {
            FirstTokenLimit = 300.Milliseconds(), TokenLimit = 8.Milliseconds(), ChunkSizes = [32, 512], Modes = [ServingMode.Chunked],
        };
        Arrival[] first = [.. ArrivalTrace.Poisson(2, 1_000).WithTokens(key => (2_500 + key.Below(1_000), 1)).Read(1)];
        Arrival[] requests =
        [
            .. first,
            .. ArrivalTrace.Poisson(6, 1_000).WithTokens(key => (200 + key.Below(500), 4 + key.Fold(1).Below(4))).Read(3)
                .Select(arrival => arrival with { Time = arrival.Time + first[^1].Time }),
        ];
        double[] alone = [.. Setups(options).Select(setup => ServingReplay.Run(requests, options, setup, next: null, skip: 0).Attainment)];
        var keeper = new ServingModeKeeper(options, ServingMode.Chunked, 512) { Window = 100 };
        List<int> sizes = [];

        double chosen = ServingReplay.Run(requests, options, keeper.Setup, Add, skip: 0).Attainment;

        Assert.True(chosen >= alone.Max(), $"{chosen} of {string.Join(", ", alone)} with {string.Join(", ", sizes.Distinct())}");
        Assert.Equal((512, 32, 1), (sizes[999], sizes[^1], keeper.Changes));

        ServingSetup Add(Arrival request)
        {
            sizes.Add(keeper.Add(request).ChunkTokens!.Value);
            return keeper.Setup;
        }
    }

    [Fact]
    public void Change_OtherSizes_TakesTheNearest()
    {
        var keeper = new ServingModeKeeper(Options(2_000, 10), ServingMode.Chunked, 128) { Window = 100 };

        keeper.Change(new(2, Step) { ChunkSizes = [300, 4_096] });

        Assert.Equal((new(ServingMode.Chunked, 300), 1), (keeper.Setup, keeper.Changes));
        Array.ForEach(Requests(10, 100), request => keeper.Add(request));
        Assert.NotNull(keeper.Last);

        keeper.Change(new(1, Step) { Modes = [ServingMode.Colocated] });
        keeper.Change(new(1, Step) { ChunkSizes = [64], Modes = [ServingMode.Chunked] });
        Array.ForEach(Requests(10, 100), request => keeper.Add(request));
        Assert.Equal(new(ServingMode.Chunked, 64), keeper.Setup);
    }

    [Theory]
    [InlineData(new int[0], "[]")]
    [InlineData(new[] { 512, 256 }, "[512, 256]")]
    [InlineData(new[] { 512, 512 }, "[512, 512]")]
    [InlineData(new[] { 0, 512 }, "ChunkSizes is 0")]
    public void ChunkSizes_ThatCannotBe_AreNamed(int[] sizes, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<ArgumentException>(() => new ServingOptions(2, Step) { ChunkSizes = sizes }).Message, StringComparison.Ordinal);

    [Fact]
    public void ChunkSizes_MoreThanAKeeperShouldTry_AreRejected()
    {
        Assert.Contains("1 to 32", Assert.Throws<ArgumentException>(() => new ServingOptions(2, Step) { ChunkSizes = [.. Enumerable.Range(1, 33)] }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new ServingOptions(2, Step) { ChunkSizes = null! });
        Assert.Equal(32, new ServingOptions(2, Step) { ChunkSizes = [.. Enumerable.Range(1, 32)] }.ChunkSizes.Count);
    }

    [Fact]
    public void Run_SizeThatIsNotPossible_SaysWhichAre()
    {
        ServingOptions options = Options(200, 60);

        Assert.Contains("128, 256, 512, 1024, 2048", Assert.Throws<ArgumentException>(() => ServingReplay.Run([], options, ServingMode.Chunked, 100)).Message, StringComparison.Ordinal);
        Assert.Contains("Colocated has no chunks", Assert.Throws<ArgumentException>(() => new ServingModeKeeper(new(2, Step), ServingMode.Colocated, 128)).Message, StringComparison.Ordinal);
        Assert.Equal(512, ServingReplay.Run([], options, ServingMode.Chunked).Setup.ChunkTokens);
        Assert.Equal("Chunked (512), Colocated", $"{new ServingSetup(ServingMode.Chunked, 512)}, {new ServingSetup(ServingMode.Colocated)}");
    }

    /// <summary>Returns all setups of the options.</summary>
    internal static IEnumerable<ServingSetup> Setups(ServingOptions options) => options.Modes.SelectMany(mode =>
        mode == ServingMode.Chunked ? options.ChunkSizes.Select(size => new ServingSetup(mode, size)) : [new(mode)]);

    static ServingOptions Options(int first, int each) => new(2, Step)
    {
        FirstTokenLimit = first.Milliseconds(),
        TokenLimit = each.Milliseconds(),
        Modes = [ServingMode.Chunked],
    };

    /// <summary>A result of which each request takes a share of its limits.</summary>
    static ServingResult Result(int size, double stretch) => new(
        new(ServingMode.Chunked, size), new(2, Step) { FirstTokenLimit = 1.Seconds() }, [new(TimeSpan.FromSeconds(0.1 + (stretch / 10)), default)]);

    static Arrival[] Requests(double rate, int count) =>
        [.. ArrivalTrace.Poisson(rate, count).WithTokens(key => (200 + key.Below(2_000), 50 + key.Fold(1).Below(300))).Read(1)];

    static TimeSpan Step(BatchStep step) => TimeSpan.FromSeconds(0.5e-3 + Math.Max(
        ((16.06e9 * (step.PromptTokens + step.Sequences)) + (262_144 * step.SquaredPromptTokens)) / 494.5e12,
        (16.06e9 + (131_072 * (double)(step.ContextTokens + step.PromptContextTokens + step.PromptTokens))) / 2.345e12));
}
