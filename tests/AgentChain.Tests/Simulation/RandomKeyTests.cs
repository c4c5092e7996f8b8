using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

public class RandomKeyTests
{
    [Fact]
    public void Fold_SamePath_SameKey()
    {
        Assert.Equal(RandomKey.Of(7).Fold("block").Fold(3), RandomKey.Of(7).Fold("block").Fold(3));
        Assert.NotEqual(RandomKey.Of(7).Fold("block").Fold(3), RandomKey.Of(7).Fold(3).Fold("block"));
        Assert.NotEqual(RandomKey.Of(7), RandomKey.Of(8));
    }

    [Fact]
    public void Uniform_ManyParts_IsEvenAndUncorrelated()
    {
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(i => RandomKey.Of(1).Fold(i).Uniform())];
        Assert.All(drawn, x => Assert.InRange(x, 0, 1 - 1e-16));
        Assert.InRange(drawn.Average(), 0.495, 0.505);
        Assert.InRange(drawn.Zip(drawn.Skip(1), (a, b) => (a - 0.5) * (b - 0.5) * 12).Average(), -0.01, 0.01);
    }

    [Fact]
    public void Normal_ManyParts_HasMeanZeroAndDeviationOne()
    {
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(i => RandomKey.Of(2).Fold(i).Normal())];
        Assert.InRange(drawn.Average(), -0.01, 0.01);
        Assert.InRange(drawn.Average(x => x * x), 0.98, 1.02);
    }

    [Fact]
    public void Below_Bound_ReachesEveryNumber() =>
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 100).Select(i => RandomKey.Of(3).Fold(i).Below(3)).Distinct().Order());
}
