using System.Runtime.CompilerServices;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Overload;

/// <summary>A block with a fallback whose device is busy.</summary>
public class BusyDeviceTests
{
    [Theory]
    [InlineData(false, 0, 600)]
    [InlineData(true, 0, 600)]
    [InlineData(false, 6, 200)]
    [InlineData(true, 6, 200)]
    public void Start_BlockWouldMakeTheTurnLate_FallbackDoesNotWaitForTheDevice(bool isStream, int waiting, int time) => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu() with { MaxLeases = 1 }]);
        using DeviceLease held = await devices.AcquireAsync(new("another", DeviceRequest.Any), CancellationToken.None);
        for (int i = 0; i < waiting; i++)
        {
            _ = devices.AcquireAsync(new("another", DeviceRequest.Any), CancellationToken.None).AsTask();
        }

        ChainOptions options = world.Options(o =>
            (o.Budget, o.Overload, o.Devices) = (LatencyBudget.FirstOutput(500.Milliseconds()), new(), devices));
        await using IAsyncDisposable chain = isStream
            ? Chain.From<int>("desk").Stream("answer", (int x, CancellationToken token) => One(world, x, token), o => o
                .On(DeviceKind.Cpu).Cost(CostModel.Constant(time.Milliseconds())).OnOverrun(Overrun.Fallback(-1))).Build(options)
            : Chain.From<int>("desk").Then("answer", (x, token) => OverloadTests.Wait(world, x, 100, token), o => o
                .On(DeviceKind.Cpu).Cost(CostModel.Constant(time.Milliseconds())).OnOverrun(Overrun.Fallback(-1))).Build(options);

        await using Turn<int> turn = ((ChainBase<int, int>)chain).Start(1);
        Assert.Equal(-1, await turn.Output.SingleAsync());
        TurnResult ended = await turn.Completion;

        Assert.Equal(TurnOutcome.Completed, ended.Outcome);
        Assert.Equal(TimeSpan.Zero, ended.Report.Elapsed);
        Assert.Contains(ended.Report.Spans, span => span.Notes.HasFlag(SpanNotes.Degraded));
        Assert.Equal(1, devices.OpenLeases);
    });

    static async IAsyncEnumerable<int> One(VirtualWorld world, int x, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await OverloadTests.Wait(world, x, 100, cancellationToken);
    }
}
