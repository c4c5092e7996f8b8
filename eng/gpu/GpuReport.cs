using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentChain.GpuCheck;

/// <summary>The result of all checks on one device, as it is written to JSON.</summary>
sealed class GpuReport
{
    static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Device { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Machine Machine { get; init; }

    public List<Check> Checks { get; } = [];

    public List<Measurement> Measurements { get; } = [];

    /// <summary>One line for each model of which nodes run on the CPU.</summary>
    public IReadOnlyList<string> NodesOnCpu { get; set; } = [];

    /// <summary>One line for each provider library that brought no device.</summary>
    public IReadOnlyList<string> Problems { get; set; } = [];

    public bool Passed => Checks.TrueForAll(check => check.Passed);

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Format) + "\n");
    }
}

/// <summary>A check with its outcome.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Passed">Whether it does.</param>
/// <param name="Detail">What was seen.</param>
sealed record Check(string Name, bool Passed, string Detail);

/// <summary>A measured value.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Goal">The goal, if there is one.</param>
sealed record Measurement(string Name, double Value, string Unit, string? Goal = null);

/// <summary>The machine, without anything that names its owner.</summary>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">The architecture of the processor.</param>
/// <param name="Cores">The number of its cores.</param>
/// <param name="OnnxRuntime">The version of ONNX Runtime.</param>
/// <param name="Devices">The devices that were found.</param>
/// <param name="Driver">What the driver says of each GPU: name, driver version, memory, PCI bus; empty without a driver.</param>
sealed record Machine(
    string System, string Architecture, int Cores, string OnnxRuntime, IReadOnlyList<string> Devices, IReadOnlyList<string> Driver);
