namespace AgentChain.Simulation.Tests;

public sealed class LatencyTallyTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    public void Quantile_ManyTimes_IsWithinOnePercent(double part)
    {
        var tally = new LatencyTally();
        var halves = new[] { new LatencyTally(), new LatencyTally() };
        long[] times = [.. Enumerable.Range(0, 10_000).Select(i => (long)(1e6 * Math.Exp(2 * RandomKey.Of(i).Normal())))];
        for (int i = 0; i < times.Length; i++)
        {
            tally.Add(new TimeSpan(times[i]));
            halves[i % 2].Add(new TimeSpan(times[i]));
        }

        halves[0].Add(halves[1]);
        Array.Sort(times);
        double exact = times[(int)Math.Ceiling(part * times.Length) - 1];
        Assert.InRange(tally.Quantile(part).Ticks / exact, 0.99, 1.01);
        Assert.Equal(tally.Quantile(part), halves[0].Quantile(part));
        Assert.InRange(tally.CountUpTo(new((long)exact)) / times.Length, part - 0.01, part + 0.01);
    }

    [Fact]
    public void Quantile_NoTimesOrZeros_IsZero()
    {
        var tally = new LatencyTally();
        Assert.Equal(TimeSpan.Zero, tally.Quantile(0.5));
        tally.Add(TimeSpan.Zero);
        tally.Add(-1.Milliseconds());
        tally.Add(1.Seconds());
        Assert.Equal((TimeSpan.Zero, 1.Seconds(), 2.0), (tally.Quantile(0.5), tally.Quantile(1), tally.CountUpTo(TimeSpan.Zero)));
    }
}
