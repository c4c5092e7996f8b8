using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>A turn that can be paused and cut off by a barge-in.</summary>
interface IBargeable
{
    /// <summary>Holds the output back. Holds are counted, because several barge-ins can be pending.</summary>
    void Hold();

    /// <summary>Releases one hold.</summary>
    void Release();

    /// <summary>Interrupts the turn, or drops the unread output of a completed one.</summary>
    void CutOff();
}
