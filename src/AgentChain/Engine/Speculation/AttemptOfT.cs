using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>A run and the key of the input it was begun on.</summary>
abstract class Attempt<TIn>(SpeculationGate gate, TurnSpeculation speculation, GateContext context, object? key, bool isCertain)
    : Attempt(gate, speculation, context, isCertain)
{
    public object? Key { get; private set; } = key;

    /// <summary>Ends the waits of whoever makes or reads the output: the turn is over.</summary>
    public void LetGo() => Closed();

    /// <summary>Lets go of the key: nothing is compared with it any more.</summary>
    protected void ForgetInput() => Key = null;
}
