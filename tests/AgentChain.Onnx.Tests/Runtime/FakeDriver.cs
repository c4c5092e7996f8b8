using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>A driver that answers from a script; without one, there is none.</summary>
internal sealed class FakeDriver : IDeviceDriver
{
    public IReadOnlyList<DriverDevice> Devices { get; init; } = [];

    public Exception? Error { get; init; }

    public Dictionary<string, string> Variables { get; init; } = [];

    public int Calls { get; private set; }

    public IReadOnlyList<DriverDevice> GetDevices()
    {
        Calls++;
        return Error is null ? Devices : throw Error;
    }

    public string? GetVariable(string name) => Variables.GetValueOrDefault(name);
}
