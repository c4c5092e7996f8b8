using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>Asks the process-wide environment of ONNX Runtime.</summary>
sealed class OrtProviderRuntime(OrtEnv environment) : IProviderRuntime
{
    // ir_version 10, opset 21, one node: y = x + x over one float vector of any length.
    static readonly byte[] SmallestModel = Convert.FromHexString(
        "080A" + "3A2F" +
        "0A0E" + "0A0178" + "0A0178" + "120179" + "2203416464" +
        "120161" +
        "5A0D" + "0A0178" + "1208" + "0A06" + "0801" + "1202" + "0A00" +
        "620B" + "0A0179" + "1206" + "0A04" + "0801" + "1200" +
        "4204" + "0A00" + "1015");

    public string? Register(string name, string path) => Try(() => environment.RegisterExecutionProviderLibrary(name, path)) switch
    {
        // Another host in this process registered it first; its devices are available here too.
        { } error when error.Contains("already registered", StringComparison.OrdinalIgnoreCase) => null,
        string error => error,
        null => null,
    };

    public IReadOnlyList<ProviderDevice> GetDevices() => [.. environment.GetEpDevices().Select(Describe)];

    public string? OpenClassicCuda(int index) => Try(() =>
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        ProviderDevice.ClassicCuda(index).AppendTo(options, environment, new Dictionary<string, string>());
        // Only a session opens the device; to append the provider succeeds without one.
        new InferenceSession(SmallestModel, options).Dispose();
    });

    public void Copy(IReadOnlyList<OrtValue> from, IReadOnlyList<OrtValue> to) => environment.CopyTensors(from, to, null);

    static ProviderDevice Describe(OrtEpDevice device)
    {
        using OrtKeyValuePairs hardware = device.HardwareDevice.Metadata;
        using OrtKeyValuePairs provider = device.EpMetadata;
        string name = hardware.Entries.TryGetValue("Description", out string? description) ? description : device.HardwareDevice.Vendor;
        return new(device.EpName, device.HardwareDevice.Type, name, Native: device)
        {
            PciId = NvidiaSmi.Pci(hardware.Entries.TryGetValue("pci_bus_id", out string? pci) ? pci : null),
            LibraryPath = provider.Entries.TryGetValue("library_path", out string? path) ? path : null,
        };
    }

    static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return error.Message;
        }
    }
}
