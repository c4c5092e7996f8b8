namespace AgentChain.Simulation;

/// <summary>
/// Counts turns and work by time, in a fixed number of intervals: when a time lies beyond the last interval, pairs of intervals become one.
/// </summary>
sealed class Timeline(int devices)
{
    const int Most = 128;

    readonly long[] _turns = new long[Most];
    readonly long[] _attained = new long[Most];
    readonly double[] _busy = new double[Most * devices];
    long _width = TimeSpan.TicksPerMillisecond;

    public void Started(TimeSpan at) => _turns[Place(at.Ticks)]++;

    public void Attained(TimeSpan startedAt) => _attained[Place(startedAt.Ticks)]++;

    /// <summary>Adds work that was done evenly between two times.</summary>
    public void Worked(int device, TimeSpan from, TimeSpan to, TimeSpan work)
    {
        int last = Place(to.Ticks);
        int first = Place(from.Ticks);
        double span = Math.Max(1, (to - from).Ticks);
        for (int i = first; i <= last; i++)
        {
            long start = Math.Max(from.Ticks, i * _width);
            long end = Math.Min(to.Ticks, (i + 1) * _width);
            _busy[(i * devices) + device] += work.Ticks * (first == last ? 1 : (end - start) / span);
        }
    }

    public IReadOnlyList<TimelinePoint> Points(TimeSpan duration, IReadOnlyList<int> servers) =>
    [
        .. Enumerable.Range(0, Place(duration.Ticks) + 1).Select(i => new TimelinePoint
        {
            Start = new(i * _width),
            Length = new(_width),
            Turns = _turns[i],
            Attained = _attained[i],
            Utilization = [.. servers.Select((count, device) => Share(i, device, count, duration))],
        }),
    ];

    double Share(int interval, int device, int servers, TimeSpan duration)
    {
        long length = Math.Max(1, Math.Min(_width, duration.Ticks - (interval * _width)));
        return Math.Clamp(_busy[(interval * devices) + device] / ((double)length * servers), 0, 1);
    }

    int Place(long ticks)
    {
        while (ticks / _width >= Most)
        {
            Halve();
        }

        return (int)(ticks / _width);
    }

    void Halve()
    {
        Fold(_turns, 1);
        Fold(_attained, 1);
        Fold(_busy, devices);
        _width *= 2;
    }

    static void Fold<T>(T[] counts, int each)
        where T : System.Numerics.INumber<T>
    {
        for (int i = 0; i < Most; i++)
        {
            for (int k = 0; k < each; k++)
            {
                int from = (2 * i * each) + k;
                counts[(i * each) + k] = 2 * i < Most ? counts[from] + counts[from + each] : T.Zero;
            }
        }
    }
}
