using System.Runtime.CompilerServices;

namespace AgentChain;

/// <summary>Specifies the action to take when a block exceeds its budget.</summary>
/// <remarks>The default, 0, changes nothing: the overrun is reported.</remarks>
public enum OverrunAction
{
    /// <summary>The overrun is counted, logged and marked in the turn's report. The block continues.</summary>
    Report,

    /// <summary>The turn ends as <c>DeadlineExceeded</c>, with an error that names the block.</summary>
    Cancel,

    /// <summary>The block's token is canceled, and a fallback value or block replaces it.</summary>
    Fallback,
}
