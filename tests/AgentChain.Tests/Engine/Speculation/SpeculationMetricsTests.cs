using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Diagnostics;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Speculation in metrics and in the report.</summary>
public class SpeculationMetricsTests
{
    [Fact]
    public void Turn_ThatSpeculated_IsMeasuredAsTheReportSays()
    {
        using var telemetry = new TelemetryCapture("metrics of speculation");
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        SpeculationAccount account = VirtualWorld.Run(async world =>
        {
            await using Chain<string, string> chain = Chain.From<string>("metrics of speculation")
                .Revise("listen", world.Hears((100, "wrong"), (200, "right"), (500, "right")))
                .Then("search", world.Work<string>(250), o => o.Speculate().On("cpu"))
                .Build(world.Eager(o => o.Devices = devices));
            return (await chain.ResultAsync("")).Report.Speculation;
        });

        Assert.Equal((2, 1, 1, 0), (account.Started, account.Committed, account.Terminated, account.OpenLeases));
        Assert.Equal((250.0, 100.0), (account.Saved.Ms(), account.Wasted.Ms()));
        Assert.Equal(2, Sum(TelemetryNames.SpeculationsStarted, "search"));
        Assert.Equal(1, Sum(TelemetryNames.SpeculationsCommitted, "search"));
        Assert.Equal(1, Sum(TelemetryNames.SpeculationsTerminated, "search"));
        Assert.Equal(0.1, Sum(TelemetryNames.SpeculationWasted, "search"), 6);
        Assert.Equal(0.25, Sum(TelemetryNames.SpeculationSaved, null), 6);

        double Sum(string instrument, string? block) => telemetry.Measured
            .Where(m => m.Instrument.Name == instrument && Equals(m.Tags.GetValueOrDefault(TelemetryNames.BlockTag), block)
                && Equals(m.Tags.GetValueOrDefault(TelemetryNames.ChainTag), "metrics of speculation"))
            .Sum(m => m.Value);
    }
}
