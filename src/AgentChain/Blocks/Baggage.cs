using AgentChain.Devices;

namespace AgentChain.Blocks;

/// <summary>An immutable list of carried values, latest first.</summary>
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

    /// <summary>Finds a value that was carried after a point.</summary>
    /// <param name="wanted">The key of the value.</param>
    /// <param name="since">The list at that point; it and earlier values are not searched.</param>
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

    /// <summary>Merges the values of two branches: the right branch's additions are put on top of the left branch's values.</summary>
    /// <param name="left">The left branch's values.</param>
    /// <param name="right">The right branch's values.</param>
    /// <param name="shared">The values that both branches started with.</param>
    public static Baggage? Merge(Baggage? left, Baggage? right, Baggage? shared) =>
        right is null || ReferenceEquals(right, shared) ? left : right.CopyOnto(Merge(left, right.Earlier, shared));

    protected abstract Baggage CopyOnto(Baggage? earlier);
}
