using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AgentChain.Onnx.Runtime;

/// <summary>Asks the driver with its own tool, nvidia-smi, in a process of its own: a driver that hangs then only costs the time limit.</summary>
sealed class NvidiaSmi : IDeviceDriver
{
    const string Query = "--query-gpu=uuid,pci.bus_id,name,memory.total,memory.free";
    const long Mebibyte = 1 << 20;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public string? GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    public IReadOnlyList<DriverDevice> GetDevices()
    {
        try
        {
            var start = new ProcessStartInfo("nvidia-smi", [Query, "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            };
            using Process? process = Process.Start(start);
            if (process is null)
            {
                return [];
            }

            var lines = new List<string>();
            process.OutputDataReceived += (_, line) => lines.Add(line.Data ?? "");
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return [];
            }

            // Only this overload waits for the rest of the output.
            process.WaitForExit();
            return process.ExitCode == 0 ? Parse(lines) : [];
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or PlatformNotSupportedException or IOException)
        {
            // There is no such tool, or it cannot be run here.
            return [];
        }
    }

    /// <summary>Reads the answer. A line that is not understood is left out, and so is a figure.</summary>
    internal static IReadOnlyList<DriverDevice> Parse(IEnumerable<string> lines) =>
        [.. lines.Select(Read).OfType<DriverDevice>().OrderBy(device => device.PciId, StringComparer.Ordinal)];

    /// <summary>Returns a PCI address as ONNX Runtime and Linux write it: <c>0000:3b:00.0</c>; null if it is not one.</summary>
    internal static string? Pci(string? text)
    {
        string[] parts = (text ?? "").Trim().ToLowerInvariant().Split(':');
        return parts.Length == 3 && int.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int domain)
            && parts[1].Length == 2 && parts[2].Length == 4
                ? string.Create(CultureInfo.InvariantCulture, $"{domain:x4}:{parts[1]}:{parts[2]}")
                : null;
    }

    static DriverDevice? Read(string line)
    {
        string[] cells = [.. line.Split(',').Select(static cell => cell.Trim())];
        return cells.Length == 5 && cells[0].Length > 0 && Pci(cells[1]) is { } pci
            ? new DriverDevice(cells[0], pci, cells[2], Bytes(cells[3]), Bytes(cells[4]))
            : null;
    }

    static long? Bytes(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes) && mebibytes is > 0 and < long.MaxValue / Mebibyte
            ? mebibytes * Mebibyte
            : null;
}
