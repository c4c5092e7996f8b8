using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>A turn whose output is one value, in a chain that speculates.</summary>
sealed class SpeculativeValueTurn<T> : ValueTurn<T>
{
    public SpeculativeValueTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) => Layer = new TurnSpeculation(this, runtime.Plan!);

    public override ITurnLayer? Layer { get; }
}
