using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Building;

public class ReadinessTests
{
    static readonly ComputeDevice First = new("cuda:0", DeviceKind.Cuda);
    static readonly ComputeDevice Second = new("cuda:1", DeviceKind.Cuda);

    [Fact]
    public void Readiness_BeforeAndAfterAWarmUp_TellsTheTruth() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First, Second]);
        var model = new Model();
        await using Chain<int, int> chain = Build(world, devices, model);
        Assert.False(chain.Readiness.IsReady);
        Assert.Equal("not ready: model on cuda:0: Cold, model on cuda:1: Cold, index: Cold", chain.Readiness.ToString());
        await chain.WarmUpAsync();
        Assert.Equal(["cuda:0", "cuda:1", "none"], model.Warmed);
        Assert.Equal("ready", chain.Readiness.ToString());
        Assert.Equal(0, devices.OpenLeases);
    });

    [Fact]
    public void Readiness_WarmUpFails_SaysWhere() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First, Second]);
        var model = new Model { FailsOn = "cuda:1" };
        await using Chain<int, int> chain = Build(world, devices, model);
        Assert.Contains("'model'", (await Assert.ThrowsAsync<BlockFailedException>(() => chain.WarmUpAsync().AsTask())).Message);
        Assert.Equal("not ready: model on cuda:1: Failed, index: Cold", chain.Readiness.ToString());
        model.FailsOn = null;
        await chain.WarmUpAsync();
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void Readiness_DeviceIsLost_IsReadyAsLongAsAnotherOneIs() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First, Second]);
        await using Chain<int, int> chain = Build(world, devices, new Model());
        await chain.WarmUpAsync();
        devices.MarkLost("cuda:0");
        Assert.True(chain.Readiness.IsReady);
        devices.MarkLost("cuda:1");
        Assert.False(chain.Readiness.IsReady);
        Assert.Equal("not ready: model on cuda:0: DeviceLost, model on cuda:1: DeviceLost", chain.Readiness.ToString());
        devices.Restore("cuda:1");
        Assert.Equal("not ready: model on cuda:1: Cold", chain.Readiness.ToString());
        await chain.WarmUpAsync();
        Assert.True(chain.Readiness.IsReady);
    });

    [Fact]
    public void Readiness_DeviceIsLostWhileItWarmsUp_StaysCold() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First]);
        var model = new Model { Does = _ => devices.MarkLost("cuda:0") };
        await using Chain<int, int> chain = Chain.From<int>("ready").Then("model", model, o => o.On("cuda:0"))
            .Build(world.Options(o => o.Devices = devices));
        await chain.WarmUpAsync();
        devices.Restore("cuda:0");
        Assert.Equal("not ready: model on cuda:0: Cold", chain.Readiness.ToString());
    });

    [Fact]
    public void Readiness_Shapes_SaysWhichHaveRunOnWhichDevice() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First, Second]);
        var model = new Model
        {
            Does = context =>
            {
                context.StateShapes(["prompt of 64", "prompt of 512"]);
                context.ShapeRan("prompt of 64");
                if (context.Lease?.Device.Name == "cuda:0")
                {
                    context.ShapeRan("prompt of 512");
                }
            },
        };
        await using Chain<int, int> chain = Chain.From<int>("ready").Then("model", model, o => o.On(DeviceKind.Cuda))
            .Build(world.Options(o => o.Devices = devices));
        Assert.All(chain.Readiness.Blocks, block => Assert.Empty(block.Shapes));
        await chain.WarmUpAsync();
        Assert.Equal("not ready: model on cuda:1: Cold (prompt of 512 on cuda:1: Cold)", chain.Readiness.ToString());
        Assert.Equal(
            ["prompt of 64 on cuda:0: Ready", "prompt of 512 on cuda:0: Ready"], chain.Readiness.Blocks[0].Shapes.Select(shape => shape.ToString()));
        devices.MarkLost("cuda:1");
        Assert.True(chain.Readiness.IsReady);
        devices.MarkLost("cuda:0");
        devices.Restore("cuda:0");
        Assert.All(chain.Readiness.Blocks[0].Shapes, shape => Assert.Equal(ReadinessState.Cold, shape.State));
    });

    [Fact]
    public void Readiness_BlockWithoutADeviceRunsShapesOnDevices_FollowsTheirLoss() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First, Second]);
        var model = new Model
        {
            Does = context =>
            {
                context.StateShapes(["prompt"], "cuda:0");
                context.ShapeRan("prompt", "cuda:0");
                context.ShapeRan("prompt", "cuda:1");
            },
        };
        await using Chain<int, int> chain = Chain.From<int>("ready").Then("model", model).Build(world.Options(o => o.Devices = devices));
        await chain.WarmUpAsync();
        Assert.True(chain.Readiness.IsReady);
        devices.MarkLost("cuda:1");
        Assert.True(chain.Readiness.IsReady);
        devices.Restore("cuda:1");
        Assert.Equal("not ready: model: Cold (prompt on cuda:1: Cold)", chain.Readiness.ToString());
        await chain.WarmUpAsync();
        Assert.True(chain.Readiness.IsReady);
        devices.MarkLost("cuda:0");
        devices.MarkLost("cuda:1");
        Assert.Equal("not ready: model: DeviceLost", chain.Readiness.ToString());
    });

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void StateShapes_NameIsNotValid_FailsTheWarmUp(string name) => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("ready").Then("model", new Model { Does = context => context.StateShapes([name]) })
            .Build(world.Options());
        BlockFailedException failed = await Assert.ThrowsAsync<BlockFailedException>(() => chain.WarmUpAsync().AsTask());
        Assert.IsType<ArgumentException>(failed.InnerException);
    });

    [Fact]
    public void WarmUp_FallbackDevice_IsWarmedOnlyWhereItIsUsed() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), First]);
        var model = new Model();
        await using Chain<int, int> chain = Chain.From<int>("falls back")
            .Then("model", model, o => o.On(DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu"))))
            .Build(world.Options(o => o.Devices = devices));
        await chain.WarmUpAsync();
        Assert.Equal(["cuda:0"], model.Warmed);
        devices.MarkLost("cuda:0");
        Assert.Equal("not ready: model on cpu: Cold", chain.Readiness.ToString());
        await chain.WarmUpAsync();
        Assert.Equal(["cuda:0", "cpu"], model.Warmed);
        Assert.True(chain.Readiness.IsReady);
    });

    static Chain<int, int> Build(VirtualWorld world, DeviceScheduler devices, Model model) => Chain.From<int>("ready")
        .Then("model", model, o => o.On(DeviceKind.Cuda))
        .Then("index", model)
        .Then("plain", x => x)
        .Build(world.Options(o => o.Devices = devices));

    sealed class Model : IBlock<int, int>, IWarmUp
    {
        public List<string> Warmed { get; } = [];

        public string? FailsOn { get; set; }

        public Action<BlockContext>? Does { get; init; }

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            string device = context.Lease?.Device.Name ?? "none";
            Warmed.Add(device);
            Does?.Invoke(context);
            return device == FailsOn ? ValueTask.FromException(new InvalidOperationException("cold")) : default;
        }
    }
}
