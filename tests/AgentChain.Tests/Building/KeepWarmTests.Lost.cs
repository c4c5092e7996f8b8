using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Building;

/// <content>Devices that are lost while a warm-up fails, or that a block leases for itself.</content>
public partial class KeepWarmTests
{
    [Fact]
    public void KeepWarm_HostWarmedUpWhileTheDeviceWasLost_IsWarmedAtOnceWhenItIsBack() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Two[0]]) { Time = world.Clock };
        var model = new Model(world);
        await using Chain<int, int> chain = Build(world, devices, model, 100);
        await chain.WarmUpAsync();
        devices.MarkLost("cuda:0");
        await Assert.ThrowsAsync<BlockFailedException>(() => chain.WarmUpAsync().AsTask());
        await world.Delay(10);
        devices.Restore("cuda:0");
        Assert.Equal("not ready: model on cuda:0: Cold", chain.Readiness.ToString());
        await world.Delay(1);
        Assert.Equal(["0 cuda:0", "10 cuda:0"], model.Warmed);
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void KeepWarm_BlockThatLeasesItsDevices_IsWarmedAtOnceWhenOneIsBack() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler(Two) { Time = world.Clock };
        var model = new Leasing(world, devices);
        await using Chain<int, int> chain = Chain.From<int>("kept").Then("model", model)
            .Build(world.Options(o => (o.Devices, o.KeepWarm) = (devices, 100.Milliseconds())));
        await chain.WarmUpAsync();
        devices.MarkLost("cuda:1");
        await world.Delay(30);
        Assert.Equal(["0"], model.Warmed);
        devices.Restore("cuda:1");
        Assert.Equal("not ready: model: Cold (prompt on cuda:1: Cold)", chain.Readiness.ToString());
        await world.Delay(1);
        Assert.Equal(["0", "30"], model.Warmed);
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void Readiness_AllDevicesOfABlockThatLeasesThemAreLost_IsNotReady() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([.. Two, ComputeDevice.Cpu(1)]) { Time = world.Clock };
        await using Chain<int, int> chain = Chain.From<int>("leases").Then("model", new Leasing(world, devices) { Shape = null })
            .Build(world.Options(o => o.Devices = devices));
        await chain.WarmUpAsync();
        devices.MarkLost("cuda:0");
        Assert.True(chain.Readiness.IsReady);
        devices.MarkLost("cuda:1");
        Assert.Equal("not ready: model: DeviceLost", chain.Readiness.ToString());
        devices.Restore("cuda:0");
        Assert.True(chain.Readiness.IsReady);
    });

    /// <summary>Leases its devices for itself, and warms up on those that are there.</summary>
    sealed class Leasing(VirtualWorld world, DeviceScheduler devices) : IBlock<int, int>, IWarmUp, IHasInnerDevices
    {
        public List<string> Warmed { get; } = [];

        public string? Shape { get; init; } = "prompt";

        public IReadOnlyList<InnerDevice> InnerDevices => [.. Two.Select(device => new InnerDevice("work", DeviceRequest.Named(device.Name)))];

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Warmed.Add($"{world.Elapsed.TotalMilliseconds:0}");
            foreach (ComputeDevice device in Two.Where(device => Shape is not null && !devices.IsLost(device.Name)))
            {
                context.StateShapes([Shape!], device.Name);
                context.ShapeRan(Shape!, device.Name);
            }

            return default;
        }
    }
}
