using AgentChain.Devices;

namespace AgentChain.Blocks;

sealed class Baggage<T>(TurnKey<T> key, T value, Baggage? earlier) : Baggage(key, earlier)
{
    public T Value { get; } = value;

    protected override Baggage CopyOnto(Baggage? earlier) => new Baggage<T>(key, Value, earlier);
}
