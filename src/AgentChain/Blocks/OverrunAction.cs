using System.Runtime.CompilerServices;

namespace AgentChain.Blocks;

/// <summary>What happens when a block's budget runs out.</summary>
public enum OverrunAction
{
    /// <summary>It is counted, logged and marked in the turn's report; the block goes on.</summary>
    Report,

    /// <summary>The turn ends as <c>DeadlineExceeded</c> and names the block.</summary>
    Cancel,

    /// <summary>The block's token fires, and a fallback value or block takes its place.</summary>
    Fallback,
}
