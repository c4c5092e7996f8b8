using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Turns;

/// <summary>
/// A side table of output controls for value turns, which are hot and rarely paused, so they carry no field for one. A control lives as
/// long as its turn.
/// </summary>
sealed class OutputControls
{
    ConditionalWeakTable<TurnCore, object>? _gates;

    /// <summary>Returns a turn's control, created on first use.</summary>
    public OutputControl<T> Of<T>(TurnCore<T> turn)
    {
        ConditionalWeakTable<TurnCore, object> gates = Volatile.Read(ref _gates)
            ?? Interlocked.CompareExchange(ref _gates, [], null)
            ?? _gates;
        return (OutputControl<T>)gates.GetValue(turn, static key => new OutputControl<T>((TurnCore<T>)key, null));
    }

    /// <summary>Returns a turn's control; null if there is none.</summary>
    public OutputControl<T>? Find<T>(TurnCore<T> turn) =>
        Volatile.Read(ref _gates) is { } gates && gates.TryGetValue(turn, out object? gate) ? (OutputControl<T>)gate : null;
}
