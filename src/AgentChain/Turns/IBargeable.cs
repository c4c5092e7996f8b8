using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>A turn that somebody may speak into.</summary>
interface IBargeable
{
    /// <summary>Holds the output back; counted, for several may.</summary>
    void Hold();

    /// <summary>Takes one hold away.</summary>
    void Release();

    /// <summary>Interrupts the turn, or what is left to read of one that has completed.</summary>
    void CutOff();
}
