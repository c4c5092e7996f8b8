namespace AgentChain.Diagnostics;

/// <summary>A kind of call into a host's telemetry. The failure of each kind is reported at most once.</summary>
enum TelemetryCall
{
    /// <summary>Publishes an instrument to the listeners, or withdraws it.</summary>
    Publish,

    /// <summary>Records a value.</summary>
    Measure,

    /// <summary>Reads an observable instrument, which can call the device scheduler.</summary>
    Observe,

    /// <summary>Samples and starts a span.</summary>
    StartSpan,

    /// <summary>Stops a span.</summary>
    StopSpan,
}
