namespace AgentChain.Turns;

/// <summary>What happened to a block's run besides working.</summary>
[Flags]
public enum SpanNotes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its budget ran out.</summary>
    Overran = 1,

    /// <summary>A fallback took its place.</summary>
    FellBack = 2,

    /// <summary>It did not obey its token in time and was left behind.</summary>
    Detached = 4,

    /// <summary>It was not done when the turn ended.</summary>
    Unfinished = 8,

    /// <summary>It began before its input was certain.</summary>
    Speculative = 16,

    /// <summary>It was in vain: its input did not come true.</summary>
    Terminated = 32,

    /// <summary>It warmed the block and made nothing.</summary>
    Prefill = 64,
}
