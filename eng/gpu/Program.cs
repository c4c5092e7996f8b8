using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentChain.Devices;
using AgentChain.GpuCheck;
using AgentChain.GpuCheck.Checks;
using AgentChain.Onnx.Runtime;

// check [--device NAME] [--out FILE]: runs all checks on a device and writes a report. 0: all passed; 1: some failed; 2: no such device.
string device = Option("--device") ?? "cuda:0", path = Option("--out") ?? "gpu-report.json";
var host = new OnnxRuntimeHost();
ComputeDevice? found = host.Devices.FirstOrDefault(d => string.Equals(d.Name, device, StringComparison.OrdinalIgnoreCase));
var report = new GpuReport
{
    Device = found is null ? device : $"{found.Name} ({found.Description})",
    At = DateTimeOffset.UtcNow,
    Machine = new Machine(
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        host.Version,
        [.. host.Devices.Select(d => $"{d.Name}: {d.Description}")],
        AskDriver()),
};
var context = new CheckContext(host, DeviceRequest.Named(device), report);
await context.CheckAsync(
    "the device is present",
    () => (found is not null, found?.Description ?? $"present: {string.Join(", ", host.Devices.Select(d => d.Name))}. {string.Join(' ', host.Problems)}"));
if (found is not null)
{
    await ModelChecks.RunAsync(context);
    await LanguageChecks.RunAsync(context);
    await RooflineChecks.RunAsync(context, isSmall: found.Kind == DeviceKind.Cpu);
}

(report.NodesOnCpu, report.Problems) = (host.NodesOnCpu, host.Problems);
report.Write(path);
Console.WriteLine($"{report.Checks.Count(check => check.Passed)} passed, {report.Checks.Count(check => !check.Passed)} failed; written: {path}");
return found is null ? 2 : report.Passed ? 0 : 1;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

// The driver's own tool; a machine without it has no NVIDIA GPU, or not its tools.
static IReadOnlyList<string> AskDriver()
{
    try
    {
        var start = new ProcessStartInfo("nvidia-smi", "--query-gpu=name,driver_version,memory.total,pci.bus_id --format=csv,noheader")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        return process.WaitForExit(10_000) && process.ExitCode == 0 ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
    }
    catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
    {
        return [];
    }
}
