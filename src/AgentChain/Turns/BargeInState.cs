using System.Diagnostics;

namespace AgentChain;

/// <summary>Specifies the state of a barge-in.</summary>
/// <remarks>There is no unspecified member: a barge-in begins as pending.</remarks>
public enum BargeInState
{
    /// <summary>Output is paused. It is not known yet whether the user is speaking.</summary>
    Pending,

    /// <summary>The user was speaking. The turn was interrupted.</summary>
    Committed,

    /// <summary>It was a false alarm. Output continued.</summary>
    Resumed,
}
