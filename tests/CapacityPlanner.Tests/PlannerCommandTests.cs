namespace CapacityPlanner.Tests;

public sealed class PlannerCommandTests : IDisposable
{
    private const string Small = """
        {
          "name": "small",
          "arrivals": { "rate": 8, "count": 200 },
          "objective": { "totalMs": 250 },
          "seeds": 2,
          "devices": [{ "name": "d", "mostServers": 4 }],
          "stages": [{ "name": "work", "device": "d", "latency": { "ms": 100 } }],
          "plan": { "target": 0.95 },
        }
        """;

    private const string Served = """
        {
          "arrivals": { "rate": 4, "count": 200, "inputTokens": 200, "outputTokens": 30 },
          "objective": { "firstOutputMs": 250, "stallMs": 100 },
          "devices": [
            { "name": "d", "batching": { "stepMs": 10, "perSequenceMs": 1, "perContextTokenMs": 0.001, "maxCachedTokens": 60000 } },
            { "name": "p", "batching": { "promptMs": 40 } },
          ],
          "stages": [{ "name": "answer", "device": "d", "promptDevice": "p" }],
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("capacity-planner-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_Description_PrintsAndWritesTheReport()
    {
        string html = Path.Combine(_folder, "report.html");
        (int code, string output, string error) = await RunAsync("run", Write(Small), "--html", html);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.StartsWith("Simulation of the chain 'small'", output, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Description_BeginsWithTheAnswer()
    {
        (int code, string output, string _) = await RunAsync("plan", Write(Small), "--quiet");

        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("2 x d meet the target of 95.0 %", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_TargetCannotBeMet_ExitsWith1()
    {
        (int code, string output, string _) = await RunAsync("plan", Write(Small.Replace("\"totalMs\": 250", "\"totalMs\": 99", StringComparison.Ordinal)));

        Assert.Equal(ExitCode.TargetMissed, code);
        Assert.StartsWith("The target of 95.0 % cannot be met: 4 x d reach 0.0 %", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Example_Works()
    {
        (int code, string output, string _) = await RunAsync("run", Path.Combine(AppContext.BaseDirectory, "voice-desk.json"));

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("answer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TraceBesideTheDescription_IsFoundAndScaled()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "t.jsonl"), """
            {"timestamp": 0, "input_length": 100, "output_length": 1}
            {"timestamp": 1000, "input_length": 300, "output_length": 1}
            """);
        string description = Write(Small
            .Replace("\"rate\": 8, \"count\": 200", "\"file\": \"t.jsonl\", \"rate\": 10", StringComparison.Ordinal)
            .Replace("\"ms\": 100", "\"ms\": 50, \"perInputTokenMs\": 0.5", StringComparison.Ordinal));
        (int code, string output, string _) = await RunAsync("run", description);

        // The first takes 100 ms, exactly until the second, which takes 200 ms.
        Assert.Equal(ExitCode.Success, code);
        Assert.Matches("mean +150 ms", output);
    }

    [Theory]
    [InlineData("\"totalMs\": 250", "\"totalMs\": -1", "objective.totalMs: -1 is not from")]
    [InlineData("\"totalMs\": 250", "", "objective: give at least one")]
    [InlineData("\"totalMs\": 250", "\"totalMs\": 2, \"firstOutputMs\": 3", "objective: the limit on the first output")]
    [InlineData("\"totalMs\": 250", "\"totalMs\": 2, \"stallMs\": 1", "objective.stallMs: the chain streams no items")]
    [InlineData("\"totalMs\": 250", "\"totalMS\": 2", "objective.totalMS: there is no such field.")]
    [InlineData("\"totalMs\": 250", "\"totalMs\": \"2\"", "objective.totalMs: the value is not of the right kind.")]
    [InlineData("\"rate\": 8", "\"rate\": 0", "arrivals.rate: 0 is not from")]
    [InlineData("\"rate\": 8", "\"rate\": NaN", "arrivals.rate:")]
    [InlineData("\"rate\": 8, ", "", "arrivals: give a 'file'")]
    [InlineData("\"rate\": 8", "\"file\": \"no.csv\"", "no.csv")]
    [InlineData("\"rate\": 8", "\"file\": \"\"", "arrivals.file: the name of the trace is empty")]
    [InlineData("\"rate\": 8", "\"file\": \"a\\u0000b.csv\"", "arrivals.file: the name of the trace is empty or contains a null")]
    [InlineData("\"name\": \"small\"", "\"name\": \"\"", "name: a name must not")]
    [InlineData("\"name\": \"small\"", "\"name\": \"a\\u0007\"", "name: a name must not")]
    [InlineData("\"name\": \"small\"", "\"name\": null", "name: a name must not")]
    [InlineData("\"device\": \"d\"", "\"device\": \"gpu\"", "stages[0].device: there is no device 'gpu'; devices are d.")]
    [InlineData("\"ms\": 100", "\"ms\": 1e300", "stages[0].latency.ms: 1E+300 is not from")]
    [InlineData("\"ms\": 100", "\"recordedMs\": [1, -2]", "stages[0].latency.recordedMs[1]: -2 is not from")]
    [InlineData("\"ms\": 100", "\"ms\": 1, \"recordedMs\": [1]", "stages[0].latency.recordedMs: recorded times")]
    [InlineData("\"mostServers\": 4", "\"mostServers\": 0", "devices[0].mostServers: 0 is not from 1")]
    [InlineData("{ \"name\": \"d\", \"mostServers\": 4 }", "{ \"name\": \"d\" }, { \"name\": \"D\" }", "devices[1].name: 'D' is also the name of devices[0].")]
    [InlineData("{ \"name\": \"d\", \"mostServers\": 4 }", "null", "devices: an entry is null.")]
    [InlineData("\"name\": \"work\"", "\"name\": \" work\"", "stages[0].name: a name must not")]
    [InlineData("\"target\": 0.95", "\"target\": 2", "plan.target: 2 is not from")]
    [InlineData("\"objective\"", "\"goal\"", "goal: there is no such field.")]
    public async Task Run_BrokenDescription_NamesTheFileAndTheField(string from, string to, string expected)
    {
        (int code, string output, string error) = await RunAsync("run", Write(Small.Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal((ExitCode.Input, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("\"stepMs\": 10", "\"stepMs\": -1", "devices[0].batching.stepMs: -1 is not from")]
    [InlineData("\"stepMs\": 10", "\"maxBatch\": 0", "devices[0].batching.maxBatch: 0 is not from 1")]
    [InlineData("\"promptDevice\": \"p\"", "\"latency\": { \"ms\": 1 }", "stages[0].latency: the steps of 'd' tell the times")]
    [InlineData("\"promptDevice\": \"p\"", "\"each\": { \"ms\": 1 }", "stages[0].each: the steps of 'd' tell the times")]
    [InlineData("\"promptDevice\": \"p\"", "\"promptDevice\": \"x\"", "stages[0].promptDevice: there is no device 'x'")]
    [InlineData("\"batching\": { \"promptMs\": 40 }", "\"cost\": 2", "stages[0].promptDevice: both devices of the stage must have 'batching'")]
    [InlineData("\"device\": \"d\", ", "", "stages[0].latency: the time of the stage is missing")]
    [InlineData("\"stages\": [", "\"stages\": [{ \"name\": \"first\", \"device\": \"d\" }, ", "stages[0].device: only the last stage can stream")]
    public async Task Run_BrokenBatches_NamesTheField(string from, string to, string expected)
    {
        (int code, _, string error) = await RunAsync("run", Write(Served.Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal(ExitCode.Input, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Batches_PrintsStepsAndTimes()
    {
        (int code, string output, string error) = await RunAsync("run", Write(Served));

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("in a step", output, StringComparison.Ordinal);
        Assert.Contains("met the objective", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenTrace_NamesTheRow()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "t.csv"), "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,-2\n");
        (int code, string _, string error) = await RunAsync("run", Write(Small.Replace("\"rate\": 8, \"count\": 200", "\"file\": \"t.csv\"", StringComparison.Ordinal)));

        Assert.Equal(ExitCode.Input, code);
        Assert.StartsWith("t.csv, row 2, field 'GeneratedTokens': -2 is negative", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrongUse_HasItsOwnExitCodes()
    {
        Assert.Equal(ExitCode.Usage, (await RunAsync("run")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("simulate", "x")).Code);
        Assert.Equal(ExitCode.Input, (await RunAsync("run", Path.Combine(_folder, "none.json"))).Code);
        Assert.Equal(ExitCode.Output, (await RunAsync("run", Write(Small), "--html", Path.Combine(_folder, "none", "r.html"))).Code);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await PlannerCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string json)
    {
        string path = Path.Combine(_folder, "chain.json");
        File.WriteAllText(path, json);
        return path;
    }
}
