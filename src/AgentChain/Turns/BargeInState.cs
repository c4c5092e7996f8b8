using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>What became of a barge-in.</summary>
public enum BargeInState
{
    /// <summary>Output is paused; it is not yet known whether somebody really speaks.</summary>
    Pending,

    /// <summary>It was one: the turn was interrupted.</summary>
    Committed,

    /// <summary>It was a false alarm: output went on.</summary>
    Resumed,
}
