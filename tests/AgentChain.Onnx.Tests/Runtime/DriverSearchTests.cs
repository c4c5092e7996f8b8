using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>What the driver adds to the devices that ONNX Runtime lists.</summary>
public sealed class DriverSearchTests
{
    private const string Answer = """
        GPU-8f1c, 00000000:65:00.0, NVIDIA L4, 23034, 22500
        GPU-22aa, 00000000:3B:00.0, NVIDIA H100 80GB HBM3, 81559, 80000
        """;

    private static readonly DriverDevice H100 = new("GPU-22aa", "0000:3b:00.0", "NVIDIA H100 80GB HBM3", 81559L << 20, 80000L << 20);
    private static readonly DriverDevice L4 = new("GPU-8f1c", "0000:65:00.0", "NVIDIA L4", 23034L << 20, 22500L << 20);

    [Fact]
    public void Parse_TheDriversAnswer_IsInTheOrderOfTheAddresses() => Assert.Equal([H100, L4], NvidiaSmi.Parse(Answer.Split('\n')));

    [Theory]
    [InlineData("")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("GPU-1, not an address, card, 10, 5")]
    [InlineData("GPU-1, 00000000:65:00.0, card, 10")]
    [InlineData(", 00000000:65:00.0, card, 10, 5")]
    public void Parse_LineThatIsNoDevice_IsLeftOut(string line) => Assert.Empty(NvidiaSmi.Parse([line]));

    [Theory]
    [InlineData("[N/A]")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    public void Parse_FigureThatIsNone_IsNotKnown(string figure)
    {
        DriverDevice device = Assert.Single(NvidiaSmi.Parse([$"GPU-1, 00000000:65:00.0, card, {figure}, {figure}"]));
        Assert.Equal((null, null), (device.MemoryBytes, device.FreeBytes));
    }

    /// <summary>On most machines of this repository there is no driver, and that must only mean that nothing is known.</summary>
    [Fact]
    public void GetDevices_OnThisMachine_DoesNotThrow() => Assert.NotNull(new NvidiaSmi().GetDevices());

    [Fact]
    public void Search_AddressesKnown_NamesFollowThemWithTheDriversData()
    {
        OnnxRuntimeHost host = Host(
            new FakeDriver { Devices = [H100, L4] },
            Cuda("NVIDIA L4") with { PciId = "0000:65:00.0" }, Cuda("NVIDIA H100 80GB HBM3") with { PciId = "0000:3b:00.0" });

        ComputeDevice first = host.Devices[1], second = host.Devices[2];
        Assert.Equal(("cuda:0", "GPU-22aa", "0000:3b:00.0", 81559L << 20), (first.Name, first.Uuid, first.PciId, first.MemoryBytes));
        Assert.Equal(DeviceSheet.H100, first.Sheet);
        Assert.Equal(("cuda:1", "GPU-8f1c", DeviceSheet.L4), (second.Name, second.Uuid, second.Sheet));
        Assert.Equal("NVIDIA H100 80GB HBM3 (CUDAExecutionProvider)", first.Description);
        Assert.Equal(80000L << 20, host.Find(DeviceRequest.Named("GPU-22aa")).FreeBytes);
    }

    [Fact]
    public void Search_AddressesNotKnown_TheDriversDataOnlyIfTheOrderIsCertain()
    {
        ProviderDevice[] two = [Cuda("CUDA device 0"), Cuda("CUDA device 1")];
        Assert.Null(Host(new FakeDriver { Devices = [H100, L4] }, two).Devices[1].Uuid);
        Assert.Equal("GPU-22aa", Host(new FakeDriver { Devices = [H100, L4], Variables = { ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID" } }, two).Devices[1].Uuid);
        Assert.Equal("GPU-22aa", Host(new FakeDriver { Devices = [H100, H100 with { Uuid = "GPU-33" }] }, two).Devices[1].Uuid);
        Assert.Null(Host(new FakeDriver { Devices = [H100, H100], Variables = { ["CUDA_VISIBLE_DEVICES"] = "1,0" } }, two).Devices[1].Uuid);
        Assert.Null(Host(new FakeDriver { Devices = [H100] }, two).Devices[1].Uuid);
        Assert.Equal("GPU-8f1c", Host(new FakeDriver { Devices = [L4] }, Cuda("CUDA device 0")).Devices[1].Uuid);
    }

    [Fact]
    public void Search_DriverThrowsOrIsMissing_NothingIsKnown()
    {
        foreach (FakeDriver driver in (FakeDriver[])[new(), new() { Error = new InvalidOperationException("driver") }])
        {
            ComputeDevice device = Host(driver, Cuda("CUDA device 0")).Devices[1];
            Assert.Equal(("cuda:0", null, null, null, null), (device.Name, device.Uuid, device.PciId, device.MemoryBytes, device.Sheet));
        }
    }

    [Fact]
    public void Search_NoCudaDevice_TheDriverIsNotAsked()
    {
        var driver = new FakeDriver();
        Assert.Equal("cpu", Assert.Single(Host(driver).Devices).Name);
        Assert.Equal(0, driver.Calls);
    }

    [Fact]
    public void Load_Model_HoldsItsBytesUntilItIsDisposed()
    {
        OnnxRuntimeHost host = new();
        string path = Fixtures.Fixture.Path("affine.onnx");
        using (OnnxSession session = host.Load(path, DeviceRequest.Named("cpu")))
        {
            string owner = $"{new FileInfo(path).Directory!.Name}/affine.onnx";
            Assert.Equal(new MemoryHolding("cpu", owner, MemoryPurpose.Weights, new FileInfo(path).Length), Assert.Single(host.Ledger.Holders));
        }

        Assert.Empty(host.Ledger.Holders);
    }

    [Fact]
    public void Load_ModelLargerThanTheDevice_SaysSoBeforeItIsLoaded()
    {
        OnnxRuntimeHost host = Host(new FakeDriver { Devices = [L4 with { MemoryBytes = 100 }] }, Cuda("CUDA device 0"));
        DeviceMemoryException error = Assert.Throws<DeviceMemoryException>(
            () => host.Load(Fixtures.Fixture.Path("affine.onnx"), DeviceRequest.Named("cuda:0")));
        Assert.Equal(("cuda:0", "Fixtures/affine.onnx", 100L), (error.Device, error.Owner, error.Free));
        Assert.Empty(host.Ledger.Holders);
    }

    [Fact]
    public void Load_Fails_HoldsNothing()
    {
        OnnxRuntimeHost host = Host(new FakeDriver());
        Assert.Throws<OnnxModelException>(() => host.Load([1, 2, 3], "broken"));
        Assert.Empty(host.Ledger.Holders);
    }

    [Fact]
    public void Find_DeclaredFallback_IsUsedOnlyWithoutTheFirst()
    {
        DeviceRequest request = DeviceRequest.Named("cuda:0").Or(DeviceRequest.Named("cpu"));
        Assert.Equal("cpu", Host(new FakeDriver()).Find(request).Device.Name);
        Assert.Equal("cuda:0", Host(new FakeDriver(), Cuda("CUDA device 0")).Find(request).Device.Name);
        Assert.Throws<DeviceNotPresentException>(() => Host(new FakeDriver()).Find(DeviceRequest.Named("cuda:0")));
    }

    [Theory]
    [InlineData("CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=h", 719)]
    [InlineData("Non-zero status code: CUDA failure 2: out of memory", 2)]
    [InlineData("CUDA failure 100", 100)]
    [InlineData("CUDA failure : nothing", null)]
    [InlineData("CUDNN failure 4: not supported", null)]
    public void CodeOf_Messages_IsThatOfCuda(string message, int? code) => Assert.Equal(code, DeviceTrouble.CodeOf(message));

    private static ProviderDevice Cuda(string description) => new("CUDAExecutionProvider", OrtHardwareDeviceType.GPU, description);

    private static OnnxRuntimeHost Host(FakeDriver driver, params ProviderDevice[] devices) => new(
        new OnnxRuntimeOptions { ProviderLibraries = [] }, OrtEnv.Instance, _ => new FakeProviderRuntime { Present = devices }, driver);
}
