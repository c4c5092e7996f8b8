using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class ForecastPlanTests
{
    [Fact]
    public void Whole_Series_AddsMeansAndVariances()
    {
        Estimate whole = Plan(new ForecastPart.Series([Block(0, 100), Block(1, 200)])).Whole(null);

        Assert.Equal(0.3, whole.Mean, 0.02);
        Assert.Equal(Plan(Block(0, 100)).Whole(null).Variance * 5, whole.Variance, 0.001);
    }

    [Fact]
    public void Whole_Parallel_TheLongestCounts_Routes_TheShortest()
    {
        ForecastPart[] parts = [Block(0, 100), Block(1, 300)];

        Assert.Equal(0.3, Plan(new ForecastPart.Parallel(parts)).Whole(null).Mean, 0.02);
        Assert.Equal(0.1, Plan(new ForecastPart.Routes(parts)).Whole(null).Mean, 0.01);
    }

    [Fact]
    public void From_BlockInABranch_CountsWhatFollowsTheBranches()
    {
        ForecastPart.Block inside = Block(0, 100), last = Block(2, 50);
        ForecastPlan plan = Plan(new ForecastPart.Series(
            [new ForecastPart.Parallel([new ForecastPart.Series([inside, Block(1, 30)]), Block(3, 500)]), last]));

        Assert.Equal(0.08, plan.From(inside.Forecast, default, null, waits: false).Mean, 0.01);
        Assert.Equal(0, plan.From(last.Forecast, default, null, waits: false).Mean);
    }

    [Fact]
    public void Whole_Waits_CountAndAreTold()
    {
        ForecastPart.Block block = Block(0, 100);
        block.Forecast.Queue = new Busy(1);

        Estimate whole = Plan(block).Whole(null);

        Assert.Equal(1, whole.Waiting);
        Assert.True(whole.Variance > 0.4);
        Assert.Equal(0.1, whole.Mean - whole.Waiting, 0.01);
        Assert.Equal(0, Plan(block).From(block.Forecast, default, null, waits: true).Waiting);
    }

    [Fact]
    public void Add_TwoWorks_AddsEverything() => Assert.Equal(new Estimate(4, 6, 0.75), new Estimate(1, 2, 0.5) + new Estimate(3, 4, 0.25));

    [Fact]
    public void From_WaitsFollow_CountIfTheyAreAskedFor()
    {
        ForecastPart.Block first = Block(0, 100), last = Block(1, 200);
        last.Forecast.Queue = new Busy(1);
        ForecastPlan plan = Plan(new ForecastPart.Series([first, last]));

        Assert.Equal(1, plan.From(first.Forecast, default, null, waits: true).Waiting);
        Assert.Equal(0, plan.From(first.Forecast, default, null, waits: false).Waiting);
    }

    [Fact]
    public void Whole_Queue_IsToldWhenTheTurnComesAndWhatIsLeftThen()
    {
        ForecastPart.Block first = Block(0, 100), last = Block(1, 200);
        var queue = new CountingQueue();
        (first.Forecast.Queue, last.Forecast.Queue) = (new Busy(1), queue);

        Plan(new ForecastPart.Series([first, last])).Whole(null);

        Assert.Equal(1.1, queue.Away, 0.02);
        Assert.Equal(0.2, queue.Remains, 0.02);
    }

    [Theory]
    [InlineData(1.0, 0.5)]
    [InlineData(1.6487, 0.84134)]
    [InlineData(0.6065, 0.15866)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void Within_Lognormal_IsItsDistribution(double limit, double expected)
    {
        // The logarithm has a mean of 0 and a deviation of 0.5.
        double mean = Math.Exp(0.125), variance = (Math.Exp(0.25) - 1) * mean * mean;

        Assert.Equal(expected, new Estimate(mean, variance).Within(limit), 0.0001);
    }

    [Fact]
    public void Within_NoVariance_IsAStep()
    {
        Assert.Equal(1, new Estimate(1, 0).Within(1));
        Assert.Equal(0, new Estimate(1, 0).Within(0.999));
    }

    static ForecastPlan Plan(ForecastPart whole) => new(Blocks(whole), whole, new OverloadOptions());

    static BlockForecast[] Blocks(ForecastPart part) => part switch
    {
        ForecastPart.Block block => [block.Forecast],
        ForecastPart.Series series => [.. series.Parts.SelectMany(Blocks)],
        ForecastPart.Parallel parallel => [.. parallel.Parts.SelectMany(Blocks)],
        _ => [.. ((ForecastPart.Routes)part).Parts.SelectMany(Blocks)],
    };

    static ForecastPart.Block Block(int index, int milliseconds) => new(new BlockForecast(
        $"block {index}", index, new BlockSettings(), new LearnedCost(CostModel.Constant(milliseconds.Milliseconds())), _ => { }));

    sealed class Busy(double seconds) : IQueueLoad
    {
        public bool IsIdle => false;

        public double WaitOf(double mean, double remains, double away, double coming) => seconds;

        public double DeviceWaitOf(double mean) => 0;
    }
}
