using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Blocks;

/// <summary>An immutable list of carried values, the latest first.</summary>
abstract class Baggage(object key, Baggage? earlier)
{
    public T? Find<T>(TurnKey<T> wanted)
    {
        for (Baggage? at = this; at is not null; at = at.Earlier)
        {
            if (ReferenceEquals(at.Key, wanted))
            {
                return ((Baggage<T>)at).Value;
            }
        }

        return default;
    }

    /// <summary>Finds a value among those carried since a point.</summary>
    /// <param name="wanted">Its key.</param>
    /// <param name="since">What was carried before; itself not looked at.</param>
    /// <param name="value">The value.</param>
    public bool TryFindSince<T>(TurnKey<T> wanted, Baggage? since, out T? value)
    {
        for (Baggage? at = this; at is not null && !ReferenceEquals(at, since); at = at.Earlier)
        {
            if (ReferenceEquals(at.Key, wanted))
            {
                value = ((Baggage<T>)at).Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    object Key { get; } = key;

    Baggage? Earlier { get; } = earlier;

    /// <summary>Joins what two branches carry: what the right one added comes on top of the left one's.</summary>
    /// <param name="left">The left branch's values.</param>
    /// <param name="right">The right branch's values.</param>
    /// <param name="shared">What both began with.</param>
    public static Baggage? Merge(Baggage? left, Baggage? right, Baggage? shared) =>
        right is null || ReferenceEquals(right, shared) ? left : right.CopyOnto(Merge(left, right.Earlier, shared));

    protected abstract Baggage CopyOnto(Baggage? earlier);
}
