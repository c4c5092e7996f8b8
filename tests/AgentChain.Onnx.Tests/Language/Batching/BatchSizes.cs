using System.Diagnostics.Metrics;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Counts a model's steps by their number of sequences, through its metric.</summary>
sealed class BatchSizes : IMeterFactory
{
    readonly MeterListener _listener = new();
    Meter? _made;

    public BatchSizes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _made && instrument.Name == "agentchain.language_model.batch_size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, size, _, _) => Steps[size] = Steps.GetValueOrDefault(size) + 1);
        _listener.Start();
    }

    public Dictionary<long, int> Steps { get; } = [];

    public Meter Create(MeterOptions options) => _made = new Meter(options);

    public void Dispose()
    {
        _listener.Dispose();
        _made?.Dispose();
    }
}
