using AgentChain.Costs;

namespace AgentChain.Blocks.Batching;

/// <summary>
/// Decides how long a batch stays open, and how many items it takes: as long as the tightest slack of its items allows, and only if a
/// further item is expected within that time. Source: batch sizes under a deadline as in GrandSLAm (EuroSys 2019) and Clipper (NSDI 2017).
/// Not thread-safe; the owner locks.
/// </summary>
sealed class BatchHold(BatchOptions options)
{
    /// <summary>The number of latest arrivals whose distances tell when to expect the next, and the least number that does.</summary>
    const int Recent = 16;
    const int Enough = 4;

    /// <summary>The probability with which a batch is expected to keep its items' deadlines.</summary>
    const double Safe = 0.9;

    readonly List<TimeSpan> _distances = [];
    readonly LearnedCost _cost = new(options.Cost);
    int _next;

    /// <summary>Records the time between two arrivals.</summary>
    public void Arrived(TimeSpan sinceLast)
    {
        if (_distances.Count < Recent)
        {
            _distances.Add(sinceLast);
        }
        else
        {
            _distances[_next] = sinceLast;
            _next = (_next + 1) % Recent;
        }
    }

    /// <summary>Learns how long a batch ran.</summary>
    public void Ran(int items, TimeSpan took) => _cost.Observe(new CostFeatures { Items = items }, took);

    /// <summary>Returns how much longer a batch stays open; zero to start it.</summary>
    /// <param name="items">The number of items that wait.</param>
    /// <param name="waited">The time that the first of them has waited.</param>
    /// <param name="slack">The time to the earliest deadline that can be met; null if there is none.</param>
    /// <param name="sinceLast">The time since the latest arrival.</param>
    public TimeSpan Left(int items, TimeSpan waited, TimeSpan? slack, TimeSpan sinceLast)
    {
        if (items >= options.MaxSize)
        {
            return TimeSpan.Zero;
        }

        TimeSpan left = options.MaxWait - waited;
        if (slack is { } time)
        {
            // While nothing is known of the batch's time, an item with a deadline waits for none.
            TimeSpan most = _cost.CanPredict ? time - Time(items + 1) : TimeSpan.Zero;
            left = most < left ? most : left;
        }

        return left > TimeSpan.Zero && (Expected is not { } distance || distance - sinceLast <= left) ? left : TimeSpan.Zero;
    }

    /// <summary>Returns the number of items, in order of their deadlines, that a batch takes so that it keeps the first of them.</summary>
    /// <param name="slacks">The times to the deadlines of the items that wait; null for none. The earliest are first.</param>
    public int Size(IEnumerable<TimeSpan?> slacks)
    {
        int size = 0;
        TimeSpan? tightest = null;
        foreach (TimeSpan? slack in slacks)
        {
            tightest ??= slack is { } time && CanMeet(time) ? slack : null;
            if (size == options.MaxSize || (size > 0 && _cost.CanPredict && tightest < Time(size + 1)))
            {
                break;
            }

            size++;
        }

        return size;
    }

    /// <summary>Whether an item can still meet its deadline if it runs now and alone.</summary>
    public bool CanMeet(TimeSpan slack) => !_cost.CanPredict || Time(1) <= slack;

    /// <summary>The usual time between two arrivals: the median, which one long pause does not move; null if too few are known.</summary>
    TimeSpan? Expected => _distances.Count < Enough ? null : _distances.Order().ElementAt(_distances.Count / 2);

    TimeSpan Time(int items) => _cost.Predict(new CostFeatures { Items = items }, Safe);
}
