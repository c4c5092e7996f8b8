namespace AgentChain.Devices;

/// <summary>
/// What waits for a device: that which should begin earliest first; in order of arrival where that is equal or not known. It can change
/// while it is walked through, because a policy that is asked for one request may cancel another. Not thread-safe.
/// </summary>
sealed class WaitingRequests<T>
    where T : class
{
    readonly SortedSet<Place> _places = new(Comparer<Place>.Create(
        static (one, other) => (one.StartBy, one.Number).CompareTo((other.StartBy, other.Number))));

    public int Count => _places.Count;

    /// <summary>The first; null if there is none.</summary>
    public Place? First => _places.Min;

    /// <summary>Adds a request and returns its place.</summary>
    /// <param name="item">The request.</param>
    /// <param name="startBy">The time by which it should begin.</param>
    /// <param name="number">Its number in the order of arrival.</param>
    public Place Add(T item, long startBy, long number)
    {
        var place = new Place(item, startBy, number);
        _places.Add(place);
        return place;
    }

    /// <summary>Removes a request; false if it was removed before.</summary>
    public bool Remove(Place place) => _places.Remove(place);

    /// <summary>Returns the next after a place, which may have been removed; null if there is none.</summary>
    public Place? After(Place place) => _places.Count == 0 || _places.Max is not { } last || !place.IsBefore(last)
        ? null
        : _places.GetViewBetween(new Place(place.Item, place.StartBy, place.Number + 1), last).Min;

    /// <summary>Removes all and returns them.</summary>
    public IEnumerable<T> Clear()
    {
        T[] all = [.. _places.Select(static place => place.Item)];
        _places.Clear();
        return all;
    }

    /// <summary>A place in the order.</summary>
    public sealed record Place(T Item, long StartBy, long Number)
    {
        public bool IsBefore(Place other) => (StartBy, Number).CompareTo((other.StartBy, other.Number)) < 0;
    }
}
