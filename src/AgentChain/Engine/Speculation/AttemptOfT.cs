using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>An attempt with the key of the input on which it began.</summary>
abstract class Attempt<TIn>(SpeculationGate gate, TurnSpeculation speculation, GateContext context, object? key, bool isCertain)
    : Attempt(gate, speculation, context, isCertain)
{
    public object? Key { get; private set; } = key;

    /// <summary>Releases the waits of the output's producer and readers, because the turn is over.</summary>
    public void LetGo() => Closed();

    /// <summary>Releases the key, which is not compared any more.</summary>
    protected void ForgetInput() => Key = null;
}
