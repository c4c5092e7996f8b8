namespace AgentChain.Extensions.AI;

/// <summary>Specifies how a tool call was answered.</summary>
public enum ToolCallStatus
{
    /// <summary>The call has no answer yet.</summary>
    Unspecified,

    /// <summary>The tool returned a result. In histories and telemetry: <c>completed</c>.</summary>
    Completed,

    /// <summary>The call could not be run, or the tool threw. In histories and telemetry: <c>failed</c>.</summary>
    Failed,

    /// <summary>The tool exceeded its budget. In histories and telemetry: <c>timed_out</c>.</summary>
    TimedOut,

    /// <summary>The turn ended before the tool did. In histories and telemetry: <c>cancelled</c>.</summary>
    Canceled,
}
