using System.Diagnostics.Metrics;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>Remembers the meter that a model creates.</summary>
sealed class Meters : IMeterFactory
{
    public Meter? Made { get; private set; }

    public Meter Create(MeterOptions options) => Made = new Meter(options);

    public void Dispose() => Made?.Dispose();
}
