using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Devices;

/// <summary>Requests by need, and with fallbacks.</summary>
public class DeviceRequestTests
{
    static readonly ComputeDevice Cpu = ComputeDevice.Cpu(2);
    static readonly ComputeDevice Small = new("cuda:0", DeviceKind.Cuda) { MemoryBytes = 24_000_000_000, Sheet = DeviceSheet.L4, Uuid = "GPU-1" };
    static readonly ComputeDevice Large = new("cuda:1", DeviceKind.Cuda) { MemoryBytes = 80_000_000_000, Sheet = DeviceSheet.H100 };
    static readonly ComputeDevice[] All = [Cpu, Small, Large];

    [Fact]
    public void Needing_Memory_OnlyDevicesThatAreKnownToHaveIt()
    {
        Assert.Equal([Small, Large], DeviceRequest.Needing(memoryBytes: 16_000_000_000).Among(All));
        Assert.Equal([Large], DeviceRequest.Needing(memoryBytes: 40_000_000_000).Among(All));
        Assert.Equal([Large], DeviceRequest.Needing(peakFlops: 5e14).Among(All));
        Assert.Equal([Large], DeviceRequest.Needing(memoryBandwidth: 1e12).Among(All));
        Assert.Empty(DeviceRequest.Needing(1, DeviceKind.Cpu).Among(All));
        Assert.Equal([Cpu], DeviceRequest.Needing(0, DeviceKind.Cpu).Among(All));
        Assert.Equal(All, DeviceRequest.Needing().Among(All));
    }

    [Fact]
    public void Named_Uuid_IsAccepted() => Assert.Equal([Small], DeviceRequest.Named("gpu-1").Among(All));

    [Fact]
    public void Or_OrderOfPreference_TheFirstThatAnyDeviceFulfills()
    {
        DeviceRequest request = DeviceRequest.Named("cuda:9").Or(DeviceRequest.Needing(40_000_000_000)).Or(DeviceRequest.OfKind(DeviceKind.Cpu));
        Assert.Equal([Large], request.Among(All));
        Assert.Equal([Cpu], request.Among([Cpu, Small]));
        Assert.Empty(request.Among([Small]));
        Assert.True(request.Accepts(Cpu));
        Assert.False(request.Accepts(Small));
    }

    [Fact]
    public void Equals_SameFallbacks_IsEqual()
    {
        static DeviceRequest Make() => DeviceRequest.Named("a").Or(DeviceRequest.Named("b")).Or(DeviceRequest.Named("c"));
        Assert.Equal(Make(), Make());
        Assert.Equal(Make().GetHashCode(), Make().GetHashCode());
        Assert.NotEqual(Make(), DeviceRequest.Named("a").Or(DeviceRequest.Named("b")));
    }

    [Fact]
    public void ToString_NeedsAndFallbacks_AreNamed() => Assert.Equal(
        "any Cuda device with 16 GB and 100 TFLOP/s and 1 TB/s or cpu",
        DeviceRequest.Needing(16_000_000_000, DeviceKind.Cuda, 1e14, 1e12).Or(DeviceRequest.Named("cpu")).ToString());

    [Fact]
    public void Build_RequestOfAChainWithoutDevices_SaysThatItHasNone()
    {
        ChainValidationException error = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("alone").Then("model", x => x, o => o.On("cuda:0")).Build());
        Assert.Contains("available devices: cpu. ChainOptions.Devices is not set, so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NeedThatNoDeviceHas_ListsThePresentOnesWithTheirFigures()
    {
        using var devices = new DeviceScheduler(All);
        ChainValidationException error = Assert.Throws<ChainValidationException>(() => Chain.From<int>("needs")
            .Then("model", x => x, o => o.On(DeviceRequest.Needing(200_000_000_000, DeviceKind.Cuda)))
            .Build(new ChainOptions { Devices = devices }));
        Assert.Contains("Block 'model' requests any Cuda device with 200 GB, which is not present", error.Message);
        Assert.Contains("cpu (Cpu, memory not known), cuda:0 (Cuda, 24 GB, 121 TFLOP/s, 300 GB/s), cuda:1 (Cuda, 80 GB, 989 TFLOP/s, 3.4 TB/s)", error.Message);
    }

    [Fact]
    public void Build_DeclaredFallback_RunsThere() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([Cpu]);
        await using Chain<int, string> chain = Chain.From<int>("falls back")
            .Then("model", (_, c, _) => ValueTask.FromResult(c.Lease!.Device.Name), o => o.On(DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu"))))
            .Build(world.Options(o => o.Devices = devices));
        Assert.Equal("cpu", await chain.RunAsync(1));
    });

    [Fact]
    public async Task Acquire_FirstPreferenceIsFull_WaitsForItAndDoesNotFallBack()
    {
        using var devices = new DeviceScheduler([Cpu, Small with { MaxLeases = 1 }]);
        var request = new PlacementRequest("block", DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu")));
        DeviceLease first = await devices.AcquireAsync(request, default);
        Assert.Equal("cuda:0", first.Device.Name);
        ValueTask<DeviceLease> second = devices.AcquireAsync(request, default);
        Assert.False(second.IsCompleted);
        Assert.Equal(2, devices.LoadOf(request.Device));
        first.Dispose();
        using DeviceLease served = await second;
        Assert.Equal("cuda:0", served.Device.Name);
    }

    [Fact]
    public void Build_ModelOnADeviceThatIsNotTheFirstChoiceHere_SaysWhereItIsNeeded()
    {
        using var devices = new DeviceScheduler(All);
        ChainValidationException error = Assert.Throws<ChainValidationException>(() => Chain.From<int>("model")
            .Then("model", new OnCpu(), o => o.On(DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu"))))
            .Build(new ChainOptions { Devices = devices }));
        Assert.Contains("Block 'model' needs a lane of cpu, but cuda:0 or cpu is cuda:0 here", error.Message);
    }

    sealed class OnCpu : IBlock<int, int>, INeedsDevice
    {
        public ComputeDevice? Device => Cpu;

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    [Fact]
    public void OneOf_SeveralNames_AcceptsThoseAndIsComparedByValue()
    {
        DeviceRequest request = DeviceRequest.OneOf("cuda:0", "cpu");

        Assert.True(request.Accepts(new ComputeDevice("CUDA:0", DeviceKind.Cuda)));
        Assert.True(request.Accepts(ComputeDevice.Cpu()));
        Assert.False(request.Accepts(new ComputeDevice("cuda:1", DeviceKind.Cuda)));
        Assert.Equal(DeviceRequest.OneOf("cuda:0", "cpu"), request);
        Assert.Equal("cuda:0, cpu", request.ToString());
        Assert.Equal(DeviceRequest.Named("cpu"), DeviceRequest.OneOf("cpu"));
        Assert.Throws<ArgumentException>(() => DeviceRequest.OneOf());
        Assert.Throws<ArgumentException>(() => DeviceRequest.OneOf("cpu", ""));
    }
}
