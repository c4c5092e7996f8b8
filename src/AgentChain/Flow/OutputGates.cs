using System.Runtime.CompilerServices;

namespace AgentChain.Flow;

/// <summary>
/// The gates of turns that have no room for one: a turn that makes one value is started by the million, and hardly ever paused.
/// A gate lives as long as its turn.
/// </summary>
sealed class OutputGates
{
    ConditionalWeakTable<TurnState, object>? _gates;

    /// <summary>A turn's gate, made when there is none.</summary>
    public OutputGate<T> Of<T>(TurnState<T> turn)
    {
        ConditionalWeakTable<TurnState, object> gates = Volatile.Read(ref _gates)
            ?? Interlocked.CompareExchange(ref _gates, [], null)
            ?? _gates;
        return (OutputGate<T>)gates.GetValue(turn, static key => new OutputGate<T>((TurnState<T>)key, null));
    }

    /// <summary>A turn's gate, when there is one.</summary>
    public OutputGate<T>? Find<T>(TurnState<T> turn) =>
        Volatile.Read(ref _gates) is { } gates && gates.TryGetValue(turn, out object? gate) ? (OutputGate<T>)gate : null;
}
