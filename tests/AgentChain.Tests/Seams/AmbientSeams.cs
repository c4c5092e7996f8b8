namespace AgentChain.Tests.Seams;

/// <summary>The seams that no signature of the library shows, because the runtime calls the host's code there.</summary>
static class AmbientSeams
{
    public const string KeyEquality = "(Equals of commit keys)";
    public const string ReadEquality = "(Equals of carried values)";
    public const string LogWrite = "(ILogger.Log)";
    public const string LogEnabled = "(ILogger.IsEnabled)";
    public const string ShouldListen = "(ActivityListener.ShouldListenTo)";
    public const string Sample = "(ActivityListener.Sample)";
    public const string Started = "(ActivityListener.ActivityStarted)";
    public const string Stopped = "(ActivityListener.ActivityStopped)";
    public const string Recorder = "(ActivityListener.ExceptionRecorder)";
    public const string CurrentChanged = "(Activity.CurrentChanged)";
    public const string Published = "(MeterListener.InstrumentPublished)";
    public const string Measured = "(MeterListener measurement callback)";
    public const string Completed = "(MeterListener.MeasurementsCompleted)";
    public const string TokenCallback = "(CancellationToken callback)";
    public const string Continuation = "(continuation of Completion)";

    public static IReadOnlyList<string> All { get; } =
    [
        KeyEquality, ReadEquality, LogWrite, LogEnabled, ShouldListen, Sample, Started, Stopped, Recorder, CurrentChanged, Published, Measured,
        Completed, TokenCallback, Continuation,
    ];
}
