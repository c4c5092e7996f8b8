using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>The state that a gate keeps for one turn. Guarded by the lock of the turn's speculation.</summary>
abstract class GateState
{
    /// <summary>Whether output that can reach another gate is still to come from here.</summary>
    public abstract bool IsAwaitedBefore(SpeculationGate gate);

    /// <summary>Releases all waits, because the turn has ended.</summary>
    public abstract void EndTurn();
}
