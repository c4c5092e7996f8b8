using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>What a gate keeps for one turn. Guarded by the turn's ledger.</summary>
abstract class GateState
{
    /// <summary>Whether something is still to come from here that may reach a gate.</summary>
    public abstract bool IsAwaitedBefore(SpeculationGate gate);

    /// <summary>Lets go of whatever waits.</summary>
    public abstract void EndTurn();
}
