namespace AgentChain.Simulation.Tests;

public sealed class LatencySketchTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    public void Quantile_ManyTimes_IsWithinHalfAPercent(double part)
    {
        var sketch = new LatencySketch();
        var halves = new[] { new LatencySketch(), new LatencySketch() };
        long[] times = [.. Enumerable.Range(0, 10_000).Select(i => (long)(1e6 * Math.Exp(2 * RandomKey.Of(i).Normal())))];
        for (int i = 0; i < times.Length; i++)
        {
            sketch.Add(new TimeSpan(times[i]));
            halves[i % 2].Add(new TimeSpan(times[i]));
        }

        halves[0].Add(halves[1]);
        Array.Sort(times);
        double exact = times[(int)Math.Ceiling(part * times.Length) - 1];
        Assert.InRange(sketch.Quantile(part).Ticks / exact, 0.995, 1.005);
        Assert.Equal(sketch.Quantile(part), halves[0].Quantile(part));
        Assert.InRange(sketch.CountUpTo(new((long)exact)) / (double)times.Length, part - 0.01, part + 0.01);
    }

    [Fact]
    public void Quantile_NoTimesOrZeros_IsZero()
    {
        var sketch = new LatencySketch();
        Assert.Equal(TimeSpan.Zero, sketch.Quantile(0.5));
        sketch.Add(TimeSpan.Zero);
        sketch.Add(-1.Milliseconds());
        sketch.Add(1.Seconds());
        Assert.Equal((TimeSpan.Zero, 1.Seconds(), 2), (sketch.Quantile(0.5), sketch.Quantile(1), sketch.CountUpTo(TimeSpan.Zero)));
    }
}
