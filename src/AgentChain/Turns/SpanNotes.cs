namespace AgentChain;

/// <summary>Specifies notable events of a block's run.</summary>
[Flags]
public enum SpanNotes
{
    /// <summary>No events.</summary>
    None = 0,

    /// <summary>The run exceeded its budget.</summary>
    Overran = 1,

    /// <summary>A fallback replaced the run.</summary>
    FellBack = 2,

    /// <summary>The run did not observe its cancellation token in time and was detached.</summary>
    Detached = 4,

    /// <summary>The run was not finished when the turn ended.</summary>
    Unfinished = 8,

    /// <summary>The run started before its input was final.</summary>
    Speculative = 16,

    /// <summary>The run was discarded because its hypothesis did not come true.</summary>
    Terminated = 32,

    /// <summary>The run warmed up the block and produced no output.</summary>
    Prefill = 64,

    /// <summary>The work inside a block failed.</summary>
    Failed = 128,

    /// <summary>The work inside a block was canceled.</summary>
    Canceled = 256,

    /// <summary>The block's fallback ran in its place, because the turn was predicted to be late otherwise.</summary>
    Degraded = 512,
}
