namespace AgentChain.Engine.Turns;

/// <summary>What a layer above the turns keeps for one turn, such as its speculation.</summary>
interface ITurnLayer
{
    /// <summary>The turn has ended. Called once, on the thread that ended it, before its result is published.</summary>
    void EndTurn();
}
