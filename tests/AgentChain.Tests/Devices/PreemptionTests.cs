using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Devices;

/// <summary>To show 7: speculative work in slices does not hold committed work up for more than one of them.</summary>
public class PreemptionTests
{
    const double Slice = 20;
    const double Work = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(19.9)]
    [InlineData(20)]
    [InlineData(333)]
    public void Committed_LongSpeculativePrefillOnTheOnlyDevice_WaitsForOneSliceAtMost(double after) => VirtualWorld.Run(async world =>
    {
        var machine = new SimulatedDevice(world.Clock, slice: TimeSpan.FromMilliseconds(Slice));
        using var devices = new DeviceScheduler([new ComputeDevice("cuda:0", DeviceKind.Cuda)]) { Time = world.Clock };
        await using Chain<int, int> speculates = Chain.From<int>("speculates")
            .Revise("hear", world.Hears((0, 1), (5000, 2)))
            .Then("respond", new Respond(machine), o => o.Speculate(SpeculationLevel.Prefill).On("cuda:0"))
            .Build(world.Options(o =>
            {
                o.Devices = devices;
                o.Speculation = new SpeculationOptions { Controller = new EagerController() };
            }));
        await using Chain<int, int> committed = Chain.From<int>("committed")
            .Then("respond", new Respond(machine), o => o.On("cuda:0"))
            .Build(world.Options(o => o.Devices = devices));

        Turn<int>[] early = [.. Enumerable.Range(0, 4).Select(i => speculates.Start(i))];
        await world.Delay(after);
        Assert.True(machine.Running > 0);
        TimeSpan from = world.Elapsed;
        await committed.RunAsync(1);
        Assert.InRange((world.Elapsed - from).TotalMilliseconds, Work, Work + Slice);
        foreach (Turn<int> turn in early)
        {
            turn.Interrupt();
            await turn.Completion;
        }

        await world.Delay(1);
        Assert.Equal(0, devices.OpenLeases);
        Assert.Equal(0, machine.Running + machine.Waiting);
    });

    sealed class Respond(SimulatedDevice machine) : IBlock<int, int>, IPrefill<int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            await machine.RunAsync(TimeSpan.FromMilliseconds(Work), context, cancellationToken);
            return input;
        }

        public ValueTask PrefillAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            machine.RunAsync(TimeSpan.FromMilliseconds(2000), context, cancellationToken);
    }
}
