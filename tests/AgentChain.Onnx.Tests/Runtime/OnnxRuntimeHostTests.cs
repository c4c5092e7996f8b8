using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Runtime;

public sealed class OnnxRuntimeHostTests
{
    readonly OnnxRuntimeHost _host = new(new OnnxRuntimeOptions { CpuLanes = 2 });

    [Fact]
    public void Devices_OnAnyMachine_BeginWithTheCpu()
    {
        ComputeDevice cpu = _host.Devices[0];

        Assert.Equal(("cpu", DeviceKind.Cpu, 2), (cpu.Name, cpu.Kind, cpu.Lanes));
        Assert.Equal(_host.Devices.Count, _host.Devices.Select(d => d.Name).Distinct().Count());
    }

    [Fact]
    public void Constructor_NoLanes_NamesTheOption()
    {
        var cpu = Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxRuntimeHost(new OnnxRuntimeOptions { CpuLanes = 0 }));
        var others = Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxRuntimeHost(new OnnxRuntimeOptions { AcceleratorLanes = -1 }));
        Assert.Contains("OnnxRuntimeOptions.CpuLanes is 0; it must be at least 1", cpu.Message, StringComparison.Ordinal);
        Assert.Contains("OnnxRuntimeOptions.AcceleratorLanes is -1; it must be at least 1", others.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OntoADeviceThatIsAbsent_FailsWithTheListOfThosePresent()
    {
        DeviceNotPresentException error = Assert.Throws<DeviceNotPresentException>(
            () => _host.Load(Fixture.Path("affine.onnx"), DeviceRequest.Named("cuda:17")));

        Assert.Contains("cuda:17", error.Message, StringComparison.Ordinal);
        Assert.Contains("available devices: cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OntoTheCpu_StaysThere()
    {
        using OnnxSession session = _host.Load(Fixture.Path("affine.onnx"), DeviceRequest.OfKind(DeviceKind.Cpu));

        Assert.Equal("CPUExecutionProvider", session.Device.ProviderName);
    }

    [Fact]
    public void Load_OfAMissingFile_NamesIt() =>
        Assert.Contains("nowhere.onnx", Assert.Throws<OnnxModelException>(() => _host.Load("nowhere.onnx")).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_OfSomethingThatIsNoModel_NamesIt() =>
        Assert.Contains("noise.onnx", Assert.Throws<OnnxModelException>(() => _host.Load([1, 2, 3], "noise.onnx")).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_WithAProviderLibraryThatIsMissing_NamesIt()
    {
        OnnxModelException error = Assert.Throws<OnnxModelException>(
            () => new OnnxRuntimeHost(new OnnxRuntimeOptions { ProviderLibraries = ["no_such_provider.so"] }));

        Assert.Contains("no_such_provider.so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constructor_FromManyThreads_SharesTheProcessEnvironment()
    {
        OnnxRuntimeHost[] hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new OnnxRuntimeHost())));

        Assert.All(hosts, h => Assert.Equal(hosts[0].Devices, h.Devices));
    }
}
