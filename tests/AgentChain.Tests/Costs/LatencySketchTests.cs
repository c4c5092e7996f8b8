using AgentChain.Costs;

namespace AgentChain.Tests.Costs;

public class LatencySketchTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void Quantile_ManyValues_IsWithinOnePercent(double share)
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => Math.Exp(3 * random.NextDouble()))];
        var sketch = new LatencySketch();
        foreach (double value in values)
        {
            sketch.Add(value);
        }

        Array.Sort(values);
        double exact = values[(int)Math.Ceiling(share * values.Length) - 1];
        Assert.InRange(sketch.Quantile(share), exact * 0.99, exact * 1.01);
        Assert.InRange(sketch.ShareUpTo(exact), share - 0.02, share + 0.02);
    }

    [Fact]
    public void Merge_Parts_EqualsTheWhole()
    {
        var random = new Random(4);
        LatencySketch whole = new(), left = new(), right = new();
        for (int i = 0; i < 1000; i++)
        {
            double value = random.NextDouble() * 100;
            whole.Add(value);
            (i % 3 == 0 ? left : right).Add(value);
        }

        left.Merge(right);

        Assert.Equal(whole.Count, left.Count);
        Assert.All([0.0, 0.1, 0.5, 0.99, 1.0], share => Assert.Equal(whole.Quantile(share), left.Quantile(share)));
    }

    [Fact]
    public void Quantile_NothingAdded_IsZeroAndEverythingIsWithinAnyLimit()
    {
        var sketch = new LatencySketch();

        Assert.Equal((0, 1), (sketch.Quantile(0.5), sketch.ShareUpTo(0)));
    }

    [Fact]
    public void Add_BeyondTheRange_CountsAsItsEnd()
    {
        var sketch = new LatencySketch();
        sketch.Add(0);
        sketch.Add(1e300);

        Assert.InRange(sketch.Quantile(0), 0.98e-6, 1.02e-6);
        Assert.InRange(sketch.Quantile(1), 0.98e6, 1.02e6);
        Assert.Equal(1, sketch.ShareUpTo(double.PositiveInfinity), 0.26);
    }

    [Fact]
    public void Age_ThenOtherValues_LaterOnesCountMore()
    {
        var sketch = new LatencySketch();
        sketch.Add(1, weight: 100);
        sketch.Age(0.1);
        sketch.Add(100, weight: 20);

        Assert.Equal(30, sketch.Count, 6);
        Assert.InRange(sketch.Quantile(0.5), 99, 101);
    }

    [Fact]
    public void Moments_TwoValues_AreTheirMeanAndVariance()
    {
        var sketch = new LatencySketch();
        sketch.Add(1, weight: 30);
        sketch.Add(3, weight: 10);

        Assert.Equal(1.5, sketch.Moments().Mean, 0.02);
        Assert.Equal(0.75, sketch.Moments().Variance, 0.03);
    }

    [Fact]
    public void Samples_FourValues_StandForEqualShares()
    {
        var sketch = new LatencySketch();
        foreach (double value in new[] { 4.0, 1, 3, 2 })
        {
            sketch.Add(value);
        }

        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], sketch.Samples(8).Select(sample => (int)Math.Round(sample)));
    }


    [Theory]
    [InlineData(-1.0, 1.0)]
    [InlineData(double.NaN, 1.0)]
    [InlineData(double.PositiveInfinity, 1.0)]
    [InlineData(1.0, 0.0)]
    [InlineData(1.0, double.NaN)]
    public void Add_BadNumber_ThrowsAndAddsNothing(double value, double weight)
    {
        var sketch = new LatencySketch();

        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Add(value, weight));

        Assert.Equal(0, sketch.Count);
    }
}
