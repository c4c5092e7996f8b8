using AgentChain.Costs;

namespace AgentChain.Tests.Costs;

public class CostModelTests
{
    [Fact]
    public void Predict_Affine_AddsAllFeatures()
    {
        var model = new AffineCost
        {
            Start = 10.Milliseconds(), EachToken = 2.Milliseconds(), EachOutputToken = 3.Milliseconds(), EachAudioSecond = 100.Milliseconds(),
            EachItem = 7.Milliseconds(),
        };

        TimeSpan time = model.Predict(new CostFeatures { Tokens = 5, OutputTokens = 4, AudioSeconds = 2, Items = 1 });

        Assert.Equal(10 + 10 + 12 + 200 + 7, time.TotalMilliseconds, 6);
    }

    [Theory]
    [InlineData(0, 53.9)]
    [InlineData(512, 53.9)]
    [InlineData(768, 65.9)]
    [InlineData(8192, 844.9)]
    [InlineData(12288, 1299.5)]
    public void Predict_Table_InterpolatesAndContinues(double tokens, double milliseconds)
    {
        // The prompt phase of Llama-2-70B on eight H100 (Splitwise, ISCA 2024).
        CostModel model = CostModel.Table(Point(512, 53.9), Point(1024, 77.9), Point(2048, 136.8), Point(4096, 390.3), Point(8192, 844.9));

        Assert.Equal(milliseconds, model.Predict(new CostFeatures { Tokens = tokens }).TotalMilliseconds, 3);
    }

    [Fact]
    public void Predict_Roofline_LongPromptIsBoundByArithmeticAndDecodingByMemory()
    {
        var model = new RooflineCost
        {
            Parameters = 8e9, OperationsPerSecond = 1e15, BytesPerSecond = 3.35e12, ComputeEfficiency = 0.5, BandwidthEfficiency = 1,
        };

        Assert.Equal(2 * 8e9 * 4000 / 0.5e15, model.Predict(new CostFeatures { Tokens = 4000 }).TotalSeconds, 6);
        Assert.Equal(16e9 / 3.35e12, model.Predict(new CostFeatures { Tokens = 1 }).TotalSeconds, 6);
        Assert.Equal(10 * 16e9 / 3.35e12, model.Predict(new CostFeatures { OutputTokens = 10 }).TotalSeconds, 6);
    }

    [Fact]
    public void Predict_HugeFeatures_IsTheLongestTime() =>
        Assert.Equal(TimeSpan.MaxValue, CostModel.PerToken(default, 10.Seconds()).Predict(new CostFeatures { Tokens = 1e12 }));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Predict_BadFeature_NamesIt(double value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => CostModel.Constant(1.Seconds()).Predict(new CostFeatures { AudioSeconds = value }));

        Assert.Contains("AudioSeconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_BadPoints_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => CostModel.Table());
        Assert.Throws<ArgumentException>(() => CostModel.Table(Point(5, 1), Point(5, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => CostModel.Table(Point(double.NaN, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => CostModel.Table(Point(1, -1)));
    }

    [Fact]
    public void Roofline_BadNumbers_AreRefused()
    {
        var good = new RooflineCost { Parameters = 1, OperationsPerSecond = 1, BytesPerSecond = 1 };

        Assert.Throws<ArgumentOutOfRangeException>(() => good with { Parameters = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => good with { BytesPerSecond = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => good with { ComputeEfficiency = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => good with { CacheBytesPerToken = -1 });
    }

    static CostPoint Point(double tokens, double milliseconds) => new(tokens, TimeSpan.FromMilliseconds(milliseconds));
}
