using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

public class LatencyModelTests
{
    [Fact]
    public void Sample_SameKeyAndSize_SameTimeInAnyOrder()
    {
        LatencyModel model = LatencyModel.PerToken(8.Milliseconds(), TimeSpan.FromMicroseconds(50)).WithNoise(0.15)
            .Plus(LatencyModel.LogNormal(120.Milliseconds(), 0.5));
        TimeSpan[] up = [.. Enumerable.Range(0, 50).Select(i => model.Sample(RandomKey.Of(i), 100))];
        TimeSpan[] down = [.. Enumerable.Range(0, 50).Reverse().Select(i => model.Sample(RandomKey.Of(i), 100))];
        Assert.Equal(up, down.Reverse());
        Assert.Equal(50, up.Distinct().Count());
    }

    [Fact]
    public void PerToken_Size_IsAffine() => Assert.Equal(
        TimeSpan.FromMilliseconds(99.5), LatencyModel.PerToken(8.Milliseconds(), TimeSpan.FromMicroseconds(50)).Sample(default, 1830));

    [Fact]
    public void LogNormal_ManyKeys_HasMedianAndSpread()
    {
        LatencyModel model = LatencyModel.LogNormal(100.Milliseconds(), 0.5);
        double[] drawn = [.. Enumerable.Range(0, 20_001).Select(i => model.Sample(RandomKey.Of(i)).TotalMilliseconds).Order()];
        Assert.InRange(drawn[10_000], 98, 102);
        Assert.InRange(drawn[16_828], 161, 169); // one deviation up: 100 exp(0.5)
    }

    [Fact]
    public void Recorded_ManyKeys_GivesTheRecordedTimesAlone()
    {
        LatencyModel model = LatencyModel.Recorded([10.Milliseconds(), 20.Milliseconds(), 90.Milliseconds()]);
        IEnumerable<double> drawn = Enumerable.Range(0, 100).Select(i => model.Sample(RandomKey.Of(i)).TotalMilliseconds).Distinct().Order();
        Assert.Equal([10, 20, 90], drawn);
    }

    [Fact]
    public void Factories_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyModel.Fixed(-1.Milliseconds()));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyModel.LogNormal(1.Milliseconds(), double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyModel.PerToken(1.Milliseconds(), -1.Milliseconds()));
        Assert.Throws<ArgumentException>(() => LatencyModel.Recorded([]));
    }
}
