using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

public sealed class ProviderSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentchain-providers-").FullName;
    private readonly string _cuda;
    private readonly string _other;

    public ProviderSearchTests()
    {
        _cuda = Path.Combine(_folder, "libonnxruntime_providers_cuda.so");
        _other = Path.Combine(_folder, "libsome_npu_provider.so");
        File.WriteAllBytes(_cuda, []);
        File.WriteAllBytes(_other, []);
    }

    [Fact]
    public void Search_PluginFindsDevices_TheyFollowTheCpuAndNothingElseIsTried()
    {
        FakeProviderRuntime runtime = new()
        {
            Plugged = [Gpu("CUDAExecutionProvider", "a card") with { LibraryPath = _cuda }, Gpu("CUDAExecutionProvider", "another")],
        };

        OnnxRuntimeHost host = Host(runtime, _cuda);

        Assert.Equal(["cpu", "cuda:0", "cuda:1"], host.Devices.Select(d => d.Name));
        Assert.Equal("a card (CUDAExecutionProvider)", host.Devices[1].Description);
        Assert.Empty(host.Problems);
        Assert.Equal(0, runtime.ClassicCalls);
    }

    [Fact]
    public void Search_PluginRegistersWithoutADevice_SaysWhatToLookAt()
    {
        OnnxRuntimeHost host = Host(new FakeProviderRuntime { ClassicError = "CUDA failure 100: no CUDA-capable device\nis detected" }, _cuda);

        Assert.Equal("cpu", Assert.Single(host.Devices).Name);
        string problem = Assert.Single(host.Problems);
        Assert.StartsWith("libonnxruntime_providers_cuda.so is registered but finds no device.", problem, StringComparison.Ordinal);
        Assert.Contains("CUDA failure 100: no CUDA-capable device is detected.", problem, StringComparison.Ordinal);
        Assert.All(
            ["nvidia-smi", "CUDA_VISIBLE_DEVICES", "WSL", "virtual GPU", "Jetson"],
            place => Assert.Contains(place, problem, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Search_PluginFindsNoDevice_TheClassicWayFindsThem()
    {
        OnnxRuntimeHost host = Host(new FakeProviderRuntime { ClassicDevices = 2 }, _cuda);

        Assert.Equal(["cpu", "cuda:0", "cuda:1"], host.Devices.Select(d => d.Name));
        Assert.All(host.Devices.Skip(1), d => Assert.Equal(DeviceKind.Cuda, d.Kind));
        Assert.Equal("CUDAExecutionProvider", host.Find(DeviceRequest.Named("cuda:1")).ProviderName);
        Assert.Empty(host.Problems);
    }

    [Fact]
    public void Search_LibraryIsNoPlugin_TheClassicWayFindsTheDevice()
    {
        OnnxRuntimeHost host = Host(new FakeProviderRuntime { RegisterError = "CreateEpFactories is missing", ClassicDevices = 1 }, _cuda);

        Assert.Equal(["cpu", "cuda:0"], host.Devices.Select(d => d.Name));
        Assert.Empty(host.Problems);
    }

    [Fact]
    public void Search_LibraryIsNamedTwice_TheClassicDevicesAreCountedOnce() =>
        Assert.Equal(["cpu", "cuda:0"], Host(new FakeProviderRuntime { ClassicDevices = 1 }, _cuda, _cuda).Devices.Select(d => d.Name));

    [Fact]
    public void Search_LibraryThatWasNotNamedDoesNotLoad_IsAProblemWithBothReasons()
    {
        File.WriteAllBytes(Beside, []);
        try
        {
            OnnxRuntimeHost host = new(
                new OnnxRuntimeOptions(), OrtEnv.Instance, _ => new FakeProviderRuntime { RegisterError = "libcudart.so.13: not found" }, new FakeDriver());

            string problem = Assert.Single(host.Problems);
            Assert.Contains("cannot be loaded: libcudart.so.13: not found.", problem, StringComparison.Ordinal);
            Assert.Contains("by its index fails too: no device.", problem, StringComparison.Ordinal);
            Assert.Contains("cuDNN 9", problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(Beside);
        }
    }

    [Fact]
    public void Search_BothWaysFailForOneReason_SaysItOnce()
    {
        File.WriteAllBytes(Beside, []);
        try
        {
            FakeProviderRuntime runtime = new()
            {
                RegisterError = "[ErrorCode:Fail] libcuda.so.1: not found",
                ClassicError = "[ErrorCode:Fail] provider_bridge.cc: FAIL : libcuda.so.1: not found",
            };

            string problem = Assert.Single(new OnnxRuntimeHost(new OnnxRuntimeOptions(), OrtEnv.Instance, _ => runtime, new FakeDriver()).Problems);

            Assert.Contains("cannot be loaded: libcuda.so.1: not found. Look at this:", problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(Beside);
        }
    }

    [Fact]
    public void Search_NamedLibraryDoesNotLoad_Throws()
    {
        OnnxModelException error = Assert.Throws<OnnxModelException>(
            () => Host(new FakeProviderRuntime { RegisterError = "invalid ELF header" }, _other));

        Assert.Contains("libsome_npu_provider.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("invalid ELF header", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Search_AnotherProviderFindsNoDevice_IsAProblemWithoutAdviceAboutCuda()
    {
        FakeProviderRuntime runtime = new() { ClassicDevices = 1 };

        OnnxRuntimeHost host = Host(runtime, _other);

        Assert.Equal("libsome_npu_provider.so is registered but finds no device.", Assert.Single(host.Problems));
        Assert.Equal(0, runtime.ClassicCalls);
    }

    [Fact]
    public void Search_AnotherProviderFindsADevice_ItHasTheProvidersName()
    {
        FakeProviderRuntime runtime = new() { Plugged = [Gpu("SomeNpuExecutionProvider", "an accelerator") with { LibraryPath = _other }] };

        ComputeDevice device = Host(runtime, _other).Devices[1];

        Assert.Equal(("somenpu:0", DeviceKind.Other), (device.Name, device.Kind));
    }

    /// <summary>On a machine with the CPU build, or with CUDA's but no card, the classic way must answer and not crash.</summary>
    [Fact]
    public void OpenClassicCuda_DeviceThatNoMachineHas_SaysWhy() =>
        Assert.NotEmpty(new OrtProviderRuntime(OrtEnv.Instance()).OpenClassicCuda(999)!);

    /// <summary>A file that is no library at all is what a broken download or another platform's package leaves.</summary>
    [Fact]
    public void Register_FileThatIsNoLibrary_SaysWhy() =>
        Assert.NotEmpty(new OrtProviderRuntime(OrtEnv.Instance()).Register("AgentChain.Tests.Empty", _cuda)!);

    [Fact]
    public void Load_OntoAClassicDeviceThatIsNotThere_NamesTheModelAndTheDevice()
    {
        OnnxRuntimeHost host = Host(new FakeProviderRuntime { ClassicDevices = 1000 }, _cuda);

        OnnxModelException error = Assert.Throws<OnnxModelException>(
            () => host.Load(Fixtures.Fixture.Path("affine.onnx"), DeviceRequest.Named("cuda:999")));

        Assert.Contains("'affine.onnx' cannot be loaded onto cuda:999", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NativeLibraryIsMissing_NamesThePackages()
    {
        OnnxRuntimeNotFoundException error = Assert.Throws<OnnxRuntimeNotFoundException>(() => new OnnxRuntimeHost(
            new OnnxRuntimeOptions(),
            () => throw new TypeInitializationException("NativeMethods", new DllNotFoundException("onnxruntime is nowhere")),
            _ => new FakeProviderRuntime(),
            new FakeDriver()));

        Assert.Contains("Microsoft.ML.OnnxRuntime (CPU)", error.Message, StringComparison.Ordinal);
        Assert.Contains("AgentChain.Onnx.Gpu (CUDA)", error.Message, StringComparison.Ordinal);
        Assert.Contains("onnxruntime is nowhere", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Beside => Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so");

    private static ProviderDevice Gpu(string provider, string description) => new(provider, OrtHardwareDeviceType.GPU, description);

    private static OnnxRuntimeHost Host(FakeProviderRuntime runtime, params string[] libraries) =>
        new(new OnnxRuntimeOptions { ProviderLibraries = libraries }, OrtEnv.Instance, _ => runtime, new FakeDriver());
}
