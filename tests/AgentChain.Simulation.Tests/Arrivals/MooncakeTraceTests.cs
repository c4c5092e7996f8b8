namespace AgentChain.Simulation.Tests.Arrivals;

public sealed class MooncakeTraceTests
{
    [Fact]
    public void Read_Mooncake_GivesTimesTokensAndPrefixes()
    {
        Arrival[] arrivals = [.. Trace("""
            {"timestamp": 10, "input_length": 40160, "output_length": 6, "hash_ids": [0, 1, 2], "more": {}}
            {"timestamp": 50.5, "input_length": 512, "output_length": 4, "hash_ids": [0]}
            """).Read()];

        Assert.Equal([(1, 0, 40160, 6), (2, 40.5, 512, 4)], arrivals.Select(a => (a.Row, a.Time.TotalMilliseconds, a.InputTokens, a.OutputTokens)));
        Assert.Equal([0, 1, 2], arrivals[0].Prefix);
    }

    [Fact]
    public void Read_AgenticRow_GivesItsDependenciesAndWaits()
    {
        Arrival[] arrivals = [.. Trace("""
            {"timestamp": 0, "input_length": 8, "output_length": 1, "request_id": "a", "session_id": "s", "prefix_reset": true, "branches": ["b"]}
            {"input_length": 9, "output_length": 1, "request_id": "b", "session_id": "s", "wait_for": ["a"], "delay": 5, "tool_wait_ms": 20.5, "tool_events": [{"tool_call_id": "t"}]}
            """).Read()];

        Assert.True(arrivals[0].ResetsPrefix);
        Assert.Equal(["b"], arrivals[0].Branches);
        Assert.Equal(("b", "s", 5, 20.5), (arrivals[1].Id, arrivals[1].Session, arrivals[1].Delay.TotalMilliseconds, arrivals[1].ToolWait.TotalMilliseconds));
        Assert.Equal(["a"], arrivals[1].WaitFor);
    }

    [Fact]
    public void Read_MillisecondsSince1970_AreTimesSinceTheFirst() => Assert.Equal([0, 250], Trace("""
        {"timestamp": 1763300000000, "input_length": 1, "output_length": 1}
        {"timestamp": 1763300000250, "input_length": 1, "output_length": 1}
        """).Read().Select(arrival => arrival.Time.TotalMilliseconds));

    [Theory]
    [InlineData("""{"timestamp": NaN, "input_length": 1, "output_length": 1}""", "timestamp", "not valid JSON")]
    [InlineData("""{"timestamp": "0", "input_length": 1, "output_length": 1}""", "timestamp", "not valid JSON")]
    [InlineData("""{"timestamp": -1, "input_length": 1, "output_length": 1}""", "timestamp", "negative")]
    [InlineData("""{"timestamp": 1e300, "input_length": 1, "output_length": 1}""", "timestamp", "is no time")]
    [InlineData("""{"timestamp": 1e12, "input_length": 1, "output_length": 1}""", "timestamp", "366 days")]
    [InlineData("""{"input_length": 1, "output_length": 1}""", "timestamp", "missing")]
    [InlineData("""{"timestamp": 1, "output_length": 1}""", "input_length", "missing")]
    [InlineData("""{"timestamp": 1, "input_length": 1.5, "output_length": 1}""", "input_length", "whole number")]
    [InlineData("""{"timestamp": 1, "input_length": 1, "output_length": -3}""", "output_length", "negative")]
    [InlineData("""{"timestamp": 1, "input_length": 1, "output_length": 3, "hash_ids": [1, -2]}""", "hash_ids", "-2 is negative")]
    [InlineData("""{"timestamp": 1, "input_length": 1, "output_length": 3, "hash_ids": [1, "x"]}""", "hash_ids", "not valid JSON")]
    [InlineData("""{"timestamp": 1, "input_length": 1, "output_length": 3, "wait_for": [""]}""", "wait_for", "empty name")]
    [InlineData("""{"timestamp": 1, "input_length": 1, "output_length": 3, "tool_wait_ms": -2}""", "tool_wait_ms", "negative")]
    [InlineData("""{"timestamp": 1, "timestamp": 2, "input_length": 1, "output_length": 3}""", "timestamp", "not valid JSON")]
    [InlineData("null", null, "null")]
    [InlineData("{", null, "not valid JSON")]
    public void Read_BrokenRow_NamesTheTraceTheRowAndTheField(string line, string? field, string part)
    {
        var error = Assert.Throws<ArrivalTraceException>(
            () => Trace($$"""{"timestamp": 0, "input_length": 1, "output_length": 1}{{'\n'}}{{line}}""").Read().Count());

        Assert.Equal(("mooncake", 2, field), (error.Trace, error.Row, error.Field));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static ArrivalTrace Trace(string lines) => ArrivalTrace.FromMooncake(() => new StringReader(lines));
}
