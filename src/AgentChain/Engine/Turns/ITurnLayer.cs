using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>The state that a layer above the turns keeps for one turn, such as its speculation.</summary>
interface ITurnLayer
{
    /// <summary>Called once when the turn has ended, on the thread that ended it, before its result is published.</summary>
    void EndTurn();

    /// <summary>The waste budget of the turn; null for no limit.</summary>
    WasteBudget? Waste { get; }
}
