using AgentChain.Engine.Turns;

namespace AgentChain.Tests.Engine;

public class PlaybackClockTests
{
    [Fact]
    public void Add_Items_PlayOneAfterTheOtherAndAtOnceAfterAGap()
    {
        var clock = new PlaybackClock();
        clock.Add(null!, now: 10, ticks: 100);
        Assert.Equal(110, clock.Until);
        clock.Add(null!, now: 20, ticks: 100);
        Assert.Equal(210, clock.Until);
        clock.Add(null!, now: 500, ticks: 7);
        Assert.Equal(507, clock.Until);
        clock.Add(null!, now: 501, ticks: long.MaxValue);
        Assert.Equal(long.MaxValue, clock.Until);
    }

    [Fact]
    public async Task Add_FromManyThreads_CountsEachItem()
    {
        var clock = new PlaybackClock();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                clock.Add(null!, now: 1, ticks: 3);
            }
        })));
        Assert.Equal(1 + (4 * 10_000 * 3), clock.Until);
    }
}
