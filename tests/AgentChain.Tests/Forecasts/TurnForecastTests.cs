using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class TurnForecastTests
{
    [Fact]
    public void Reach_Twice_CountsOnce()
    {
        (ForecastPlan plan, BlockForecast block) = Plan();
        TurnForecast turn = Admitted(plan);
        Admitted(plan);

        turn.Reach(block);
        turn.Reach(block);

        Assert.Equal(1, block.Wait(1, 0));
    }

    [Fact]
    public void End_Twice_CountsOnce()
    {
        (ForecastPlan plan, BlockForecast block) = Plan();
        TurnForecast turn = Admitted(plan);
        Admitted(plan);

        turn.End(null);
        turn.End(null);

        Assert.InRange(block.Wait(1, 0), 0.97, 0.99);
    }

    [Fact]
    public void End_NeverAdmitted_CountsNothing()
    {
        (ForecastPlan plan, BlockForecast block) = Plan();
        Admitted(plan);

        new TurnForecast(plan).End(null);

        Assert.Equal(1, block.Wait(1, 0));
    }

    [Fact]
    public void End_PredictedAtTheDoor_CorrectsLaterPredictions()
    {
        (ForecastPlan plan, _) = Plan();
        for (int i = 0; i < 100; i++)
        {
            TurnForecast turn = Admitted(plan);
            turn.Score = 1;
            turn.End(onTime: false);
            turn.End(onTime: true);
        }

        Assert.True(plan.Calibration.Correct(1) < 0.8);
    }

    static (ForecastPlan Plan, BlockForecast Block) Plan()
    {
        BlockForecast block = BlockForecastTests.Block(BlockForecastTests.Learned(100, 30));
        block.Queue = new CountingQueue();
        return (BlockForecastTests.Plan(block), block);
    }

    static TurnForecast Admitted(ForecastPlan plan)
    {
        var turn = new TurnForecast(plan);
        turn.Admit();
        return turn;
    }
}
