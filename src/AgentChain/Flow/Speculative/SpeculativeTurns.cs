using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>A turn that makes one value, in a chain that speculates.</summary>
sealed class SpeculativeValueTurn<T> : ValueTurn<T>
{
    public SpeculativeValueTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) => TurnSpeculation = new TurnSpeculation(this, runtime.Plan!);

    public override TurnSpeculation? TurnSpeculation { get; }
}

/// <summary>A turn that makes a stream, in a chain that speculates.</summary>
sealed class SpeculativeStreamTurn<T> : StreamTurn<T>
{
    public SpeculativeStreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id) => TurnSpeculation = new TurnSpeculation(this, runtime.Plan!);

    public override TurnSpeculation? TurnSpeculation { get; }
}
