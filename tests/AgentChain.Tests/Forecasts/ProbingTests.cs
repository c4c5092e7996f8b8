using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class ProbingTests
{
    [Fact]
    public void MayTry_NothingElseInside_EveryNinthInARow()
    {
        var probing = new Probing();

        Assert.Equal([9, 18, 27], Enumerable.Range(1, 30).Where(_ => probing.MayTry(Turn(), isIdle: true)));
    }

    [Fact]
    public void MayTry_MayDelayOthers_Every256thInARow()
    {
        var probing = new Probing();

        Assert.Equal([256, 512], Enumerable.Range(1, 600).Where(_ => probing.MayTry(Turn(), isIdle: false)));
    }

    [Fact]
    public void GoesOn_InBetween_BeginsTheRowAgain()
    {
        var probing = new Probing();
        for (int i = 0; i < 20; i++)
        {
            Assert.DoesNotContain(true, Enumerable.Range(0, 8).Select(_ => probing.MayTry(Turn(), isIdle: true)));
            probing.GoesOn();
        }
    }

    static TurnForecast Turn() => new(BlockForecastTests.Plan());
}
