using AgentChain.Blocks;
using AgentChain.Costs;
using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class BlockForecastTests
{
    [Fact]
    public void Uses_FirstDevice_WhatWasDeclaredNoLongerCounts()
    {
        BlockForecast block = Block(new LearnedCost(CostModel.Constant(2.Seconds())));

        block.Uses(Learned(100, 30));

        Assert.Equal(0.1, block.Own(null).Mean, 0.002);
    }

    [Fact]
    public void Own_SeveralDevices_EachCountsAsOftenAsTheBlockRanThere()
    {
        BlockForecast block = Block(Learned(100, 90));

        block.Uses(Learned(1000, 30));

        Estimate own = block.Own(null);
        Assert.Equal((0.1 * 0.75) + (1.0 * 0.25), own.Mean, 0.01);
        Assert.Equal(0.9 * 0.9 * 0.75 * 0.25, own.Variance, 0.01);
    }

    [Fact]
    public void Own_InputOfTheTurnTellsNothing_IsTheUsualTime()
    {
        BlockForecast block = Block(Learned(100, 30));
        var turn = new TurnForecast(Plan(block), [new Estimate(double.NaN, 0)], [null]);

        Assert.Equal(0.1, block.Own(turn).Mean, 0.002);
        Assert.Equal(3, block.Own(new TurnForecast(Plan(block), [new Estimate(3, 0)], [null])).Mean);
    }

    [Fact]
    public void Own_InputTellsTheSize_IsItsTime()
    {
        var settings = new BlockSettings { Features = (int items) => new CostFeatures { Items = items } };
        BlockForecast block = Block(new LearnedCost(new AffineCost { EachItem = 1.Milliseconds() }), settings);

        Assert.InRange(block.Own(null, 500).Mean, 0.45, 0.6);
    }

    [Fact]
    public void OfTurn_NothingIsKnownYet_ReturnsTheFeaturesToLearnFrom()
    {
        BlockForecast block = Block(null, new BlockSettings { TurnFeatures = (int items) => new CostFeatures { Items = items } });

        (Estimate time, CostFeatures? features) = block.OfTurn(7);

        Assert.True(double.IsNaN(time.Mean));
        Assert.Equal(7, features!.Value.Items);
    }

    [Fact]
    public void Wait_TurnsAreOnTheirWay_CountByTheShareThatComes()
    {
        BlockForecast block = Block(Learned(100, 30));
        block.Queue = new CountingQueue();
        for (int i = 0; i < 5; i++)
        {
            block.Comes();
        }

        Assert.Equal(5, block.Wait(1, 0));
        block.Reached();
        Assert.Equal(4, block.Wait(1, 0));
        block.IsMissed();
        Assert.InRange(block.Wait(1, 0), 2.9, 2.99);
    }

    [Fact]
    public void MayTry_QueueIsBusy_HardlyEver()
    {
        BlockForecast block = Block(Learned(100, 30));
        var queue = new CountingQueue();
        block.Queue = queue;

        Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(_ => block.MayTry(new TurnForecast(Plan(block)))));
        queue.IsIdle = true;
        Assert.True(block.MayTry(new TurnForecast(Plan(block))));
    }

    internal static BlockForecast Block(LearnedCost? cost, BlockSettings? settings = null, int index = 0) =>
        new($"block {index}", index, settings ?? new BlockSettings(), cost, _ => { });

    internal static ForecastPlan Plan(params BlockForecast[] blocks) => new(
        blocks, new ForecastPart.Series([.. blocks.Select(block => new ForecastPart.Block(block))]), new OverloadOptions());

    internal static LearnedCost Learned(int milliseconds, int runs)
    {
        var cost = new LearnedCost();
        for (int i = 0; i < runs; i++)
        {
            cost.Observe(default, milliseconds.Milliseconds());
        }

        return cost;
    }
}
