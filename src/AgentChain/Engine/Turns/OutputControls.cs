using System.Runtime.CompilerServices;

namespace AgentChain.Engine.Turns;

/// <summary>
/// The gates of turns that have no room for one: a turn that makes one value is started by the million, and hardly ever paused.
/// A gate lives as long as its turn.
/// </summary>
sealed class OutputControls
{
    ConditionalWeakTable<TurnCore, object>? _gates;

    /// <summary>A turn's gate, made when there is none.</summary>
    public OutputControl<T> Of<T>(TurnCore<T> turn)
    {
        ConditionalWeakTable<TurnCore, object> gates = Volatile.Read(ref _gates)
            ?? Interlocked.CompareExchange(ref _gates, [], null)
            ?? _gates;
        return (OutputControl<T>)gates.GetValue(turn, static key => new OutputControl<T>((TurnCore<T>)key, null));
    }

    /// <summary>A turn's gate, when there is one.</summary>
    public OutputControl<T>? Find<T>(TurnCore<T> turn) =>
        Volatile.Read(ref _gates) is { } gates && gates.TryGetValue(turn, out object? gate) ? (OutputControl<T>)gate : null;
}
