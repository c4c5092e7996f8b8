using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

public class VirtualWorldTests
{
    [Fact]
    public void Run_Delays_TakeVirtualTimeOnly()
    {
        TimeSpan elapsed = VirtualWorld.Run(async world =>
        {
            await world.Delay(3_600_000);
            await Task.WhenAll(world.Delay(20), world.Delay(30));
            return world.Elapsed;
        });
        Assert.Equal(TimeSpan.FromMilliseconds(3_600_030), elapsed);
    }

    [Fact]
    public void Run_TimersDueTogether_FireInOrderOfSetting()
    {
        IReadOnlyList<string> events = VirtualWorld.Run(async world =>
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
            {
                await world.Delay(10);
                world.Record($"{i}");
            }));
            return world.Events;
        });
        Assert.Equal(["10 0", "10 1", "10 2", "10 3", "10 4"], events);
    }

    [Fact]
    public void Run_ContinuationLeavesTheThread_Throws() =>
        Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            await Task.Run(() => { }).ConfigureAwait(false);
            world.Record("elsewhere");
        }));

    [Fact]
    public void Run_WaitForNothing_ThrowsInsteadOfHanging() =>
        Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(_ => new TaskCompletionSource().Task));
}
