namespace AgentChain.Tests.Budgets;

public class DeadlineHeadersTests
{
    [Theory]
    [InlineData("grpc-timeout", "250m", 250)]
    [InlineData("grpc-timeout", "2S", 2_000)]
    [InlineData("GRPC-Timeout", " 1M ", 60_000)]
    [InlineData("grpc-timeout", "1H", 3_600_000)]
    [InlineData("grpc-timeout", "1500u", 1.5)]
    [InlineData("grpc-timeout", "99999999n", 99.9999)]
    [InlineData("x-request-timeout-seconds", "0.25", 250)]
    [InlineData("X-Request-Timeout-Seconds", "1e1", 10_000)]
    [InlineData("timeout", "1500", 1.5)]
    public void Read_OneHeader_IsTheTotal(string name, string value, double milliseconds)
    {
        LatencyBudget budget = Read((name, value));
        Assert.Equal((milliseconds, null, null), (budget.TotalLimit!.Value.TotalMilliseconds, budget.FirstOutputLimit, budget.StallLimit));
    }

    [Theory]
    [InlineData("x-dynamo-slo-ttft-ms")]
    [InlineData("x-dynamo-meta-slo-ttft-ms")]
    public void Read_TimeToFirstToken_IsTheFirstOutput(string name) =>
        Assert.Equal(LatencyBudget.FirstOutput(300.Milliseconds()), Read((name, "300")));

    [Fact]
    public void Read_SeveralHeaders_TheShortestOfEachLimitHolds() => Assert.Equal(
        LatencyBudget.FirstOutput(300.Milliseconds()).AndTotal(1.Seconds()),
        Read(("grpc-timeout", "2S"), ("x-request-timeout-seconds", "1"), ("x-dynamo-slo-ttft-ms", "300"), ("traceparent", "x"), ("timeout", "5000000")));

    [Fact]
    public void Read_NoHeader_IsNone() => Assert.True(Read(("accept", "*/*")).IsNone);

    [Theory]
    [InlineData("grpc-timeout", "0n")]
    [InlineData("x-request-timeout-seconds", "0")]
    [InlineData("x-request-timeout-seconds", "-3.5")]
    [InlineData("timeout", "-1")]
    public void Read_HasPassed_IsOneTick(string name, string value) =>
        Assert.Equal(LatencyBudget.Total(TimeSpan.FromTicks(1)), Read((name, value)));

    [Theory]
    [InlineData("timeout", "0")]
    [InlineData("x-request-timeout-seconds", "1e300")]
    public void Read_NoLimit_IsNone(string name, string value) => Assert.True(Read((name, value)).IsNone);

    [Theory]
    [InlineData("grpc-timeout", "", "is empty")]
    [InlineData("grpc-timeout", null, "is empty")]
    [InlineData("grpc-timeout", "250", "has no unit")]
    [InlineData("grpc-timeout", "250s", "has no unit")]
    [InlineData("grpc-timeout", "m", "is not a number")]
    [InlineData("grpc-timeout", "-1m", "is not a number")]
    [InlineData("grpc-timeout", "1.5S", "is not a number")]
    [InlineData("grpc-timeout", "123456789n", "has too many digits")]
    [InlineData("x-request-timeout-seconds", "soon", "is not a number")]
    [InlineData("x-request-timeout-seconds", "NaN", "is not a number")]
    [InlineData("x-request-timeout-seconds", "1e999", "is not a number")]
    [InlineData("x-request-timeout-seconds", "1,5", "is not a number")]
    [InlineData("x-dynamo-slo-ttft-ms", "300ms", "is not a number")]
    [InlineData("timeout", "1.5", "is not a number")]
    public void Read_Broken_NamesTheHeaderAndTheForm(string name, string? value, string problem)
    {
        DeadlineHeaderException error = Assert.Throws<DeadlineHeaderException>(() => Read((name, value)));
        Assert.Equal(name, error.Header);
        Assert.StartsWith($"The header '{name}' {problem}; it must be ", error.Message, StringComparison.Ordinal);
        Assert.False(DeadlineHeaders.TryRead(Pairs((name, value), ("x-dynamo-meta-slo-ttft-ms", "40")), out LatencyBudget budget));
        Assert.Equal(LatencyBudget.FirstOutput(40.Milliseconds()), budget);
    }

    [Theory]
    [InlineData("grpc-timeout", 0.0001, "100n")]
    [InlineData("grpc-timeout", 99.9999, "99999900n")]
    [InlineData("grpc-timeout", 100, "100000u")]
    [InlineData("grpc-timeout", 100_000, "100000m")]
    [InlineData("grpc-timeout", 1e9, "1000000S")]
    [InlineData("grpc-timeout", 9e11, "15000000M")]
    [InlineData("grpc-timeout", 0, "1n")]
    [InlineData("grpc-timeout", -5, "1n")]
    [InlineData("x-request-timeout-seconds", 1250.0005, "1.25")]
    [InlineData("x-request-timeout-seconds", 0.0015, "0.000001")]
    [InlineData("x-request-timeout-seconds", 0, "0.000001")]
    [InlineData("x-dynamo-slo-ttft-ms", 799.9, "799")]
    [InlineData("x-dynamo-slo-ttft-ms", 0.4, "1")]
    [InlineData("timeout", 1.5009, "1500")]
    [InlineData("timeout", 0, "1")]
    public void Format_RemainingTime_IsRoundedDownAndNeverZero(string name, double milliseconds, string expected) =>
        Assert.Equal(expected, DeadlineHeaders.Format(name, TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond))));

    [Fact]
    public void Format_AnyTime_ComesBackNotLongerAndAlmostAsLong()
    {
        var random = new Random(5);
        foreach (string name in (string[])[DeadlineHeaders.Grpc, DeadlineHeaders.RayServe, DeadlineHeaders.Triton])
        {
            for (int i = 0; i < 2000; i++)
            {
                TimeSpan time = TimeSpan.FromTicks((long)Math.Exp(random.NextDouble() * 35) + 10);
                TimeSpan back = Read((name, DeadlineHeaders.Format(name, time))).TotalLimit!.Value;
                Assert.InRange(back, time - TimeSpan.FromTicks(10 + (time.Ticks / 10_000)), time);
            }
        }

        Assert.Equal("99999999H", DeadlineHeaders.Format(DeadlineHeaders.Grpc, TimeSpan.MaxValue));
    }

    [Fact]
    public void Format_NoLimit_IsNull()
    {
        Assert.Null(DeadlineHeaders.Format(DeadlineHeaders.Grpc, Timeout.InfiniteTimeSpan));
        Assert.Null(DeadlineHeaders.Format(DeadlineHeaders.Grpc, LatencyBudget.FirstOutput(1.Seconds())));
        Assert.Null(DeadlineHeaders.Format(DeadlineHeaders.Dynamo, LatencyBudget.Total(1.Seconds())));
        Assert.Equal("1000", DeadlineHeaders.Format(DeadlineHeaders.Dynamo, LatencyBudget.FirstOutput(1.Seconds()).AndTotal(2.Seconds())));
    }

    [Fact]
    public void Format_UnknownHeader_NamesTheKnown()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => DeadlineHeaders.Format("x-deadline", 1.Seconds()));
        Assert.Contains("'x-deadline'", error.Message, StringComparison.Ordinal);
        Assert.Contains("x-request-timeout-seconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Request_SetsReplacesAndRemoves()
    {
        using var request = new HttpRequestMessage();
        request.Headers.Add(DeadlineHeaders.RayServe, "60");
        request.Headers.Add(DeadlineHeaders.Dynamo, "5");
        DeadlineHeaders.Write(request, LatencyBudget.Total(1500.Milliseconds()), DeadlineHeaders.Grpc, DeadlineHeaders.RayServe, DeadlineHeaders.Dynamo);
        Assert.Equal(
            ["grpc-timeout=1500000u", "x-request-timeout-seconds=1.5"],
            request.Headers.Select(h => $"{h.Key}={string.Join('|', h.Value)}").Order());
        Assert.Equal(LatencyBudget.Total(1500.Milliseconds()), DeadlineHeaders.Read(request.Headers));
    }

    static LatencyBudget Read(params (string Name, string? Value)[] headers) => DeadlineHeaders.Read(Pairs(headers));

    static IEnumerable<KeyValuePair<string, string?>> Pairs(params (string Name, string? Value)[] headers) =>
        headers.Select(h => new KeyValuePair<string, string?>(h.Name, h.Value));
}
