using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>A turn whose output is a stream, in a chain that speculates.</summary>
sealed class SpeculativeStreamTurn<T> : StreamTurn<T>
{
    public SpeculativeStreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) => Layer = new TurnSpeculation(this, runtime.Plan!);

    public override ITurnLayer? Layer { get; }
}
