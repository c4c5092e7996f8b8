namespace AgentChain.Simulation;

/// <summary>The arrivals of a trace in which requests wait for others, and what each of them still waits for.</summary>
sealed class ArrivalGraph
{
    readonly Dictionary<string, List<Waiting>> _waitingFor = new(StringComparer.Ordinal);

    /// <summary>Reads the trace and checks that every request can start.</summary>
    public ArrivalGraph(IEnumerable<Arrival> arrivals, ArrivalCheck check)
    {
        Arrival[] all = [.. arrivals];
        Dictionary<string, Arrival> named = new(StringComparer.Ordinal);
        foreach (Arrival arrival in all.Where(arrival => arrival.Id is not null))
        {
            if (!named.TryAdd(arrival.Id!, arrival))
            {
                throw check.Error(arrival.Row, "request_id", OptionCheck.Text($"{ArrivalCheck.Quote(arrival.Id)} is also the request of row {named[arrival.Id!].Row}."));
            }
        }

        foreach (Arrival arrival in all)
        {
            string[] names = [.. arrival.WaitFor.Distinct(StringComparer.Ordinal)];
            var waiting = new Waiting(arrival, names.Length);
            foreach (string name in names)
            {
                if (name is null || !named.ContainsKey(name))
                {
                    throw check.Error(arrival.Row, "wait_for", $"{ArrivalCheck.Quote(name)} is the request of no row.");
                }

                if (!_waitingFor.TryGetValue(name, out List<Waiting>? others))
                {
                    _waitingFor.Add(name, others = []);
                }

                others.Add(waiting);
            }
        }

        Roots = [.. all.Where(arrival => arrival.WaitFor.Count == 0).OrderBy(arrival => arrival.Time)];
        CheckCircles(all, check);
    }

    /// <summary>The arrivals that wait for none, in order of time.</summary>
    public IReadOnlyList<Arrival> Roots { get; }

    /// <summary>Returns the arrivals that waited for this one last.</summary>
    public IReadOnlyList<Arrival> Ended(Arrival arrival) =>
        arrival.Id is not null && _waitingFor.Remove(arrival.Id, out List<Waiting>? waiting)
            ? [.. waiting.Where(other => --other.Left == 0).Select(other => other.Arrival)]
            : [];

    void CheckCircles(Arrival[] all, ArrivalCheck check)
    {
        Dictionary<Arrival, int> left = new(ReferenceEqualityComparer.Instance);
        foreach (Waiting waiting in _waitingFor.Values.SelectMany(list => list))
        {
            left[waiting.Arrival] = waiting.Left;
        }

        Queue<Arrival> ready = new(Roots);
        int started = 0;
        while (ready.TryDequeue(out Arrival? arrival))
        {
            started++;
            foreach (Waiting waiting in arrival.Id is null ? [] : _waitingFor.GetValueOrDefault(arrival.Id) ?? [])
            {
                if (--left[waiting.Arrival] == 0)
                {
                    ready.Enqueue(waiting.Arrival);
                }
            }
        }

        if (started < all.Length)
        {
            Arrival stuck = all.First(arrival => left.GetValueOrDefault(arrival) > 0);
            throw check.Error(stuck.Row, "wait_for", "the request waits, through others, for itself or for one that does.");
        }
    }

    sealed class Waiting(Arrival arrival, int left)
    {
        public Arrival Arrival => arrival;

        public int Left { get; set; } = left;
    }
}
