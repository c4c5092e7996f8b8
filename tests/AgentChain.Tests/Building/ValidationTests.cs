using AgentChain.Devices;

namespace AgentChain.Tests.Building;

/// <summary>Build refuses a wrong chain with one error that lists everything wrong with it.</summary>
public class ValidationTests
{
    static ChainBuilder<int, int> Start => Chain.From<int>("chain");

    [Fact]
    public void Build_Nothing_SaysSo() => Refused(() => Start.Build(), "no blocks");

    [Fact]
    public void Build_TwoBlocksOfOneName_NamesThem() =>
        Refused(() => Start.Then("twice", x => x).Then("twice", x => x).Build(), "'twice'");

    [Fact]
    public void Build_TwoBlocksOfOneNameInBranches_NamesThem() => Refused(
        () => Start.Parallel("join", l => l.Then("twice", x => x), r => r.Then("twice", x => x), (x, _, _) => x).Build(), "'twice'");

    [Fact]
    public void Build_BlocksWhoseNamesDifferOnlyInCase_AreRefused() =>
        Refused(() => Start.Then("Search", x => x).Then("search", x => x).Build(), "'Search'", "'search'", "only in case");

    [Fact]
    public void Build_ReservedNameInOtherCase_IsRefused() => Refused(() => Start.Then("Output", x => x).Build(), "'Output'", "reserves");

    [Theory]
    [InlineData("slow fallback")]
    [InlineData("Slow Fallback")]
    public void Build_BlockNamedLikeTheFallbackOfAnother_IsRefused(string name) => Refused(
        () => Start
            .Then("slow", (x, _) => ValueTask.FromResult(x), o => o.Budget(1.Seconds()).OnOverrun(Overrun.FallbackTo<int, int>((int x) => -x)))
            .Then(name, x => x)
            .Build(),
        "'slow fallback'");

    [Fact]
    public async Task Build_NamedLikeAFallbackThatIsAValue_IsFine()
    {
        await using Chain<int, int> chain = Start
            .Then("slow", (x, _) => ValueTask.FromResult(x), o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback(0)))
            .Then("slow fallback", x => x)
            .Build();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Build_BlocksOfOneStreamNeedMoreLeasesThanThereAre_IsRefused(int leases, bool isRefused)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = leases }]);
        StreamChainBuilder<int, int> builder = Start
            .Stream<int>("make", (_, _, _) => Empty(), o => o.On("cpu"))
            .ThenEach("each", (x, _) => ValueTask.FromResult(x), o => o.On("cpu"));
        var options = new ChainOptions { Devices = devices };
        if (isRefused)
        {
            Refused(() => builder.Build(options), "'each'", "'make'", "MaxLeases");
            Refused(() => Start.Loop("loop", _ => Start.Then("same", x => x).Stream<int>("make", (_, _, _) => Empty(), o => o.On("cpu"))
                .ThenEach("each", (x, _) => ValueTask.FromResult(x), o => o.On("cpu")).Collect("all").Then("one", x => x.Count), _ => false, LoopBound.Fail(2)).Build(options), "'each'");
        }
        else
        {
            await using StreamChain<int, int> chain = builder.Build(options);
        }
    }

    [Fact]
    public void Build_RoutesThatDifferOnlyInCase_AreRefused() => Refused(
        () => Start.Route("route", _ => "a", r => r.To("Bill", b => b.Then("one", x => x)).To("bill", b => b.Then("two", x => x))).Build(),
        "'Bill'", "'bill'", "only in case");

    [Fact]
    public async Task Build_OneNameInsideAndOutsideASubChain_IsFine()
    {
        await using Chain<int, int> sub = Start.Then("same", x => x).Build();
        await using Chain<int, int> chain = Start.Then("same", x => x).Then("sub", sub).Build();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/b")]
    [InlineData("output")]
    [InlineData("entry")]
    public void Build_NameThatCannotBe_SaysWhy(string name) => Refused(() => Start.Then(name, x => x).Build(), $"'{name}'");

    [Fact]
    public void Build_BlocksTotalLargerThanTheChains_NamesBoth() => Refused(
        () => Start.Then("slow", x => x, o => o.Budget(2.Seconds())).Build(new ChainOptions { Budget = LatencyBudget.Total(1.Seconds()) }),
        "'slow'", "2000 ms", "1000 ms");

    [Fact]
    public void Build_BlocksFirstOutputLargerThanTheChains_NamesBoth() => Refused(
        () => Start.Stream<int>("slow", (_, _, _) => Empty(), o => o.FirstOutput(2.Seconds()))
            .Build(new ChainOptions { Budget = LatencyBudget.FirstOutput(1.Seconds()) }),
        "'slow'", "first output", "2000 ms", "1000 ms");

    [Fact]
    public void Build_BlockBeforeTheFirstOutputLargerThanIt_IsRefused() => Refused(
        () => Start.Then("slow", x => x, o => o.Budget(2.Seconds()))
            .Stream<int>("items", (_, _, _) => Empty())
            .Build(new ChainOptions { Budget = LatencyBudget.FirstOutput(1.Seconds()) }),
        "'slow'");

    [Fact]
    public async Task Build_BlockInsideASubChainLargerThanItsBudget_IsRefusedThereAndThen()
    {
        await using Chain<int, int> sub = Start.Then("slow", x => x, o => o.Budget(2.Seconds())).Build();
        Refused(() => Start.Then("sub", sub, o => o.Budget(1.Seconds())).Build(), "'sub/slow'");
    }

    [Fact]
    public async Task Build_SubChainsBudgetLargerThanTheChains_IsRefused()
    {
        await using Chain<int, int> sub = Start.Then("any", x => x).Build(new ChainOptions { Budget = LatencyBudget.Total(2.Seconds()) });
        Refused(() => Start.Then("sub", sub).Build(new ChainOptions { Budget = LatencyBudget.Total(1.Seconds()) }), "'sub'");
    }

    [Fact]
    public void Build_FirstOutputLargerThanTotal_IsRefused()
    {
        Refused(() => Start.Then("a", x => x, o => o.Budget(LatencyBudget.FirstOutput(2.Seconds()).AndTotal(1.Seconds()))).Build(), "'a'");
        Refused(() => Start.Then("a", x => x).Build(new ChainOptions { Budget = LatencyBudget.FirstOutput(2.Seconds()).AndTotal(1.Seconds()) }), "chain's budget");
    }

    [Fact]
    public void Build_FallbackThatNothingLeadsTo_IsRefused() =>
        Refused(() => Start.Then("a", x => x, o => o.OnOverrun(Overrun.Fallback(1))).Build(), "'a'", "fallback");

    [Fact]
    public void OnOverrun_FallbackToNothing_Throws() =>
        Assert.Throws<ArgumentException>(() => Start.Then("a", x => x, o => o.OnOverrun(OverrunAction.Fallback)));

    [Fact]
    public void Build_TwoRoutesOfOneName_IsRefused() => Refused(
        () => Start.Route("router", _ => "a", r => r.To("a", b => b.Then("one", x => x)).To("a", b => b.Then("two", x => x))).Build(),
        "'router'", "'a'");

    [Fact]
    public void Build_RouteThatTheClassifierNeverChooses_IsRefused() => Refused(
        () => Start.Route("router", new Classifier("a", "b"), r => r
            .To("a", b => b.Then("one", x => x)).To("b", b => b.Then("two", x => x)).To("c", b => b.Then("three", x => x))).Build(),
        "'c'", "unreachable");

    [Fact]
    public void Build_OtherwiseThatNothingIsLeftFor_IsRefused() => Refused(
        () => Start.Route("router", new Classifier("a"), r => r.To("a", b => b.Then("one", x => x)).Otherwise("rest", b => b.Then("two", x => x))).Build(),
        "'rest'", "unreachable");

    [Fact]
    public void Build_RouteThatIsMissing_IsRefused() => Refused(
        () => Start.Route("router", new Classifier("a", "b"), r => r.To("a", b => b.Then("one", x => x))).Build(), "'router'", "b");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Build_LoopWithoutABound_IsRefused(int rounds) => Refused(
        () => Start.Loop("loop", b => b.Then("body", x => x), _ => true, LoopBound.Fail(rounds)).Build(), "'loop'", $"{rounds} rounds");

    [Fact]
    public void Build_LoopBoundNeverSet_IsRefused() =>
        Refused(() => Start.Loop("loop", b => b.Then("body", x => x), _ => true, default).Build(), "'loop'");

    [Fact]
    public void Build_LoopWithoutABody_IsRefused() =>
        Refused(() => Start.Loop("loop", b => b, _ => true, LoopBound.Fail(3)).Build(), "'loop'", "empty body");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Build_BadCapacities_AreRefusedEach(int bad)
    {
        Refused(() => Start.Then("a", x => x, o => o.Capacity(bad)).Build(), "'a'", $"{bad}");
        Refused(() => Start.Then("a", x => x, o => o.Concurrency(bad)).Build(), "'a'", $"{bad}");
        Refused(() => Start.Stream<int>("s", (_, _, _) => Empty(), o => o.StreamCapacity(bad)).Build(), "'s'", $"{bad}");
        Refused(() => Start.Then("a", x => x).Build(new ChainOptions { MaxTurns = bad }), "MaxTurns");
        Refused(() => Start.Then("a", x => x).Build(new ChainOptions { OutputCapacity = bad }), "OutputCapacity");
    }

    [Fact]
    public void Build_NegativeGrace_IsRefused() =>
        Refused(() => Start.Then("a", x => x).Build(new ChainOptions { Grace = TimeSpan.FromTicks(-1) }), "Grace");

    [Fact]
    public void Build_AbsentDevice_IsRefusedWithTheListOfThosePresent()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), new ComputeDevice("npu:0", DeviceKind.Other)]);
        var options = new ChainOptions { Devices = devices };
        Refused(() => Start.Then("model", x => x, o => o.On("cuda:1")).Build(options), "'model'", "cuda:1", "cpu, npu:0");
        Refused(() => Start.Then("model", x => x, o => o.On(DeviceKind.Cuda)).Build(options), "'model'", "Cuda", "cpu, npu:0");
    }

    [Fact]
    public async Task Build_AbsentDeviceInsideASubChain_IsRefusedWhereItIsPutIn()
    {
        using var rich = new DeviceScheduler([new ComputeDevice("cuda:0", DeviceKind.Cuda)]);
        await using Chain<int, int> sub = Start.Then("model", x => x, o => o.On("cuda:0")).Build(new ChainOptions { Devices = rich });
        Refused(() => Start.Then("sub", sub).Build(), "'sub/model'", "cuda:0");
    }

    [Fact]
    public void Build_TaskAsValue_IsRefused()
    {
        Refused(() => Start.Then("async", x => Task.FromResult(x)).Build(), "'async'", "ValueTask");
        Refused(() => Start.Then("async", x => ValueTask.FromResult(x)).Build(), "'async'", "ValueTask");
        Refused(() => Start.Then("async", _ => Task.CompletedTask).Build(), "'async'");
    }

    [Fact]
    public async Task Build_WrongKindOfSubChainOrFallback_IsRefused()
    {
        await using StreamChain<int, int> stream = Start.Stream<int>("items", (_, _, _) => Empty()).Build();
        Refused(() => Start.Stream("sub", stream, o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback(1))).Build(), "'sub'", "fallback");
        Refused(() => Start.Route("r", new Classifier("a"), r => r.To("a", b => b.Then("one", x => x)), o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback("a"))).Build(), "'r'", "fall back");
        Refused(
            () => Start.Through("t", new System.Threading.Tasks.Dataflow.TransformBlock<int, int>(x => x), o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback(1))).Build(),
            "'t'", "fall back");
    }

    [Fact]
    public void Build_ManyThingsWrong_ListsThemAllInOneError()
    {
        ChainValidationException error = Assert.Throws<ChainValidationException>(() => Start
            .Then("twice", x => x, o => o.Capacity(0))
            .Then("twice", x => x, o => o.On("cuda:0"))
            .Then("slow", x => x, o => o.Budget(9.Seconds()))
            .Loop("loop", b => b, _ => true, LoopBound.Fail(0))
            .Then("task", x => Task.FromResult(x))
            .Build(new ChainOptions { MaxTurns = 0, Budget = LatencyBudget.Total(1.Seconds()) }));
        Assert.Equal(8, error.Errors.Count);
        Assert.StartsWith("Chain 'chain' cannot be built:", error.Message, StringComparison.Ordinal);
        Assert.All(error.Errors, e => Assert.Contains(e, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void From_WithoutAName_Throws() => Assert.Throws<ArgumentException>(() => Chain.From<int>(" "));

    static void Refused<T>(Func<T> build, params string[] says)
    {
        ChainValidationException error = Assert.Throws<ChainValidationException>(() =>
        {
            build();
        });
        Assert.Contains(error.Errors, e => says.All(s => e.Contains(s, StringComparison.Ordinal)));
    }

    static async IAsyncEnumerable<int> Empty()
    {
        await Task.Yield();
        yield break;
    }

    sealed class Classifier(params string[] routes) : IBlock<int, string>, IRouteNames
    {
        public IReadOnlyCollection<string> Routes => routes;

        public ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => ValueTask.FromResult(routes[0]);
    }
}
