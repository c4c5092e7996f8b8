namespace AgentChain.Diagnostics;

/// <summary>A kind of call into a host's telemetry; each is reported once at most when it fails.</summary>
enum TelemetryCall
{
    /// <summary>An instrument is published to the listeners, or taken back.</summary>
    Publish,

    /// <summary>A value is recorded.</summary>
    Measure,

    /// <summary>A listener asks an observable instrument, which asks the device scheduler.</summary>
    Observe,

    /// <summary>A span is sampled and started.</summary>
    StartSpan,

    /// <summary>A span is stopped.</summary>
    StopSpan,
}
