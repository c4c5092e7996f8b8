namespace AgentChain.Engine.Turns;

/// <summary>The first and the last output of a turn, from which its report is built.</summary>
struct OutputMarks
{
    /// <summary>The step that produced the first output; null if there is none yet.</summary>
    public TraceStep? First { get; private set; }

    /// <summary>The step that produced the latest output; null if there is none yet.</summary>
    public TraceStep? Last { get; set; }

    /// <summary>The timestamp of the first output; 0 if there is none yet.</summary>
    public long FirstAt { get; private set; }

    public readonly bool IsEmpty => FirstAt == 0;

    /// <summary>Records the first output. Its time is at least 1, because 0 means that there is none.</summary>
    public void Begin(TraceStep cause, long at) => (First, FirstAt) = (cause, Math.Max(1, at));
}
