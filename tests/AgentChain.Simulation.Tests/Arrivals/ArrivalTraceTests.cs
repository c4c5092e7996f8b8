namespace AgentChain.Simulation.Tests.Arrivals;

public sealed class ArrivalTraceTests
{
    [Fact]
    public void Poisson_ManyArrivals_HasItsRateAndVariation()
    {
        ArrivalSummary summary = ArrivalTrace.Poisson(20, 50_000).Summary;

        Assert.Equal(50_000, summary.Count);
        Assert.InRange(summary.Rate, 19.6, 20.4);
        Assert.InRange(summary.Variation, 0.98, 1.02);
    }

    [Theory]
    [InlineData(0, 0, 0.001)]
    [InlineData(1e-200, 0, 0.001)]
    [InlineData(0.5, 0.49, 0.51)]
    [InlineData(3, 2.85, 3.15)]
    public void Bursty_ManyArrivals_HasItsRateAndVariation(double variation, double least, double most)
    {
        ArrivalSummary summary = ArrivalTrace.Bursty(8, variation, 100_000).Summary;

        Assert.InRange(summary.Rate, 7.7, 8.3);
        Assert.InRange(summary.Variation, least, most);
    }

    [Fact]
    public void Read_SameSeed_GivesTheSameArrivals()
    {
        ArrivalTrace trace = ArrivalTrace.Bursty(8, 2, 100).WithTokens(key => (key.Fold(1).Below(1000), key.Fold(2).Below(50)));

        Assert.Equal(Times(trace, 7), Times(trace, 7));
        Assert.NotEqual(Times(trace, 7), Times(trace, 8));

        static (TimeSpan, int, int)[] Times(ArrivalTrace trace, long seed) => [.. trace.Read(seed).Select(a => (a.Time, a.InputTokens, a.OutputTokens))];
    }

    [Fact]
    public void AtRate_Trace_HasTheRate() =>
        Assert.Equal(40, ArrivalTrace.Bursty(8, 2, 500).AtRate(40).Summary.Rate, 6);

    [Fact]
    public void AtLoad_TwoServersOf100Ms_HasTwentyArrivalsASecondAtLoad1() =>
        Assert.Equal(20, ArrivalTrace.Poisson(3, 500).AtLoad(1, 2, _ => 100.Milliseconds()).Summary.Rate, 6);

    [Fact]
    public void AtRate_AllAtOnce_SaysThatThereIsNoRate() => Assert.Contains(
        "no rate", Assert.Throws<ArrivalTraceException>(() => ArrivalTrace.From([new Arrival(), new Arrival()]).AtRate(2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Poisson_RateOutOfRange_IsRejected(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ArrivalTrace.Poisson(rate, 1));

    [Fact]
    public void From_HostsArrivals_AreChecked()
    {
        Assert.Equal((2, "Time"), Broken(new(), new() { Time = -1.Milliseconds() }));
        Assert.Equal((2, "Time"), Broken(new() { Time = 5.Milliseconds() }, new() { Time = 4.Milliseconds() }));
        Assert.Equal((1, "Time"), Broken(new Arrival { Time = TimeSpan.MaxValue }));
        Assert.Equal((1, "InputTokens"), Broken(new Arrival { InputTokens = -5 }));
        Assert.Equal((1, null), Broken([null!]));
        Assert.Equal((1, null), Broken(new Arrival { WaitFor = null! }));

        static (long, string?) Broken(params Arrival[] arrivals)
        {
            var error = Assert.Throws<ArrivalTraceException>(() => ArrivalTrace.From(arrivals).Read().Count());
            return (error.Row, error.Field);
        }
    }

    [Fact]
    public void FromFile_NoSuchFile_SaysSoAtOnce() =>
        Assert.Contains("none.csv", Assert.Throws<FileNotFoundException>(() => ArrivalTrace.FromFile("none.csv")).Message, StringComparison.Ordinal);

    [Fact]
    public void FromFile_CsvAndJsonLines_AreToldApartByTheirFirstCharacter()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,4808,10\n");
            Assert.Equal(4808, Assert.Single(ArrivalTrace.FromFile(path).Read()).InputTokens);
            File.WriteAllText(path, """{"timestamp": 0, "input_length": 7, "output_length": 1}""");
            Assert.Equal(7, Assert.Single(ArrivalTrace.FromFile(path).Read()).InputTokens);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
