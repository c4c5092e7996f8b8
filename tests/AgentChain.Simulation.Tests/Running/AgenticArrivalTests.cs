using static AgentChain.Simulation.Tests.Running.Chains;

namespace AgentChain.Simulation.Tests.Running;

public sealed class AgenticArrivalTests
{
    [Fact]
    public void Run_RequestsWaitForOthers_StartAfterThemAndTheirTools()
    {
        List<(string?, double)> started = [];
        SimulationRun run = Play(started,
            """{"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a", "branches": ["b", "c"]}""",
            """{"input_length": 1, "output_length": 1, "request_id": "b", "wait_for": ["a"], "delay": 5, "tool_wait_ms": 20}""",
            """{"input_length": 1, "output_length": 1, "request_id": "c", "wait_for": ["a", "a"]}""",
            """{"input_length": 1, "output_length": 1, "request_id": "d", "wait_for": ["b", "c"], "tool_wait_ms": 1}""",
            """{"timestamp": 30, "input_length": 1, "output_length": 1, "request_id": "e"}""");

        Assert.Equal([("a", 0), ("e", 30), ("c", 100), ("b", 125), ("d", 226)], started);
        Assert.Equal((5, 326), (run.Attained, Ms(run.Duration)));
    }

    [Fact]
    public void Run_TraceIsOrderedBySession_StartsInOrderOfTime()
    {
        List<(string?, double)> started = [];
        Play(started,
            """{"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a"}""",
            """{"input_length": 1, "output_length": 1, "request_id": "b", "wait_for": ["a"]}""",
            """{"timestamp": 50, "input_length": 1, "output_length": 1, "request_id": "c"}""",
            """{"timestamp": 20, "input_length": 1, "output_length": 1, "request_id": "d"}""");

        Assert.Equal([("a", 0), ("d", 20), ("c", 50), ("b", 100)], started);
    }

    [Fact]
    public void Run_RequestThatWasWaitedForFails_TheOthersStart()
    {
        ArrivalTrace trace = ArrivalTrace.From([new() { Id = "a" }, new() { Id = "b", WaitFor = ["a"] }]);
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("f").Then("fail", a => a.Id == "a" ? throw new InvalidOperationException() : a).Build(setup.Options()),
            a => a, trace).All;

        Assert.Equal((1, 1), (run.Outcomes[TurnOutcome.Failed], run.Outcomes[TurnOutcome.Completed]));
    }

    [Theory]
    [InlineData("""{"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a", "wait_for": ["x"]}""", 1, "wait_for", "no row")]
    [InlineData("""{"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a", "wait_for": ["a"]}""", 1, "wait_for", "itself")]
    [InlineData("""
        {"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "r"}
        {"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a", "wait_for": ["b", "r"]}
        {"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "b", "wait_for": ["a"]}
        """, 2, "wait_for", "itself")]
    [InlineData("""
        {"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a"}
        {"timestamp": 0, "input_length": 1, "output_length": 1, "request_id": "a", "wait_for": ["a"]}
        """, 2, "request_id", "row 1")]
    public void Run_BrokenDependencies_NameTheRowAndTheField(string lines, int row, string field, string part)
    {
        var error = Assert.Throws<ArrivalTraceException>(() => Play([], lines));

        Assert.Equal((row, field), (error.Row, error.Field));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static SimulationRun Play(List<(string?, double)> started, params string[] lines) => Simulator.Run(
        setup => Chain.From<Arrival>("agent")
            .Then("note", a =>
            {
                started.Add((a.Id, Ms(setup.World.Elapsed)));
                return a;
            })
            .Then("work", Block(setup, "d", LatencyModel.Fixed(100.Milliseconds())))
            .Build(setup.Options()),
        a => a,
        ArrivalTrace.FromMooncake(() => new StringReader(string.Join('\n', lines))),
        D(10)).All;
}
