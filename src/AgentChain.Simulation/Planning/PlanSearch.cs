namespace AgentChain.Simulation;

/// <summary>
/// Searches for the cheapest numbers of servers. Takes for granted that more servers of any device never make the attainment fall below the
/// target: with the same seeds, more servers change no latency.
/// </summary>
/// <remarks>
/// First the largest configuration, to see whether there is an answer. Then, for each device alone with the others at their largest, the
/// least number, by bisection: no answer has fewer. Then up from there, one server at a time for the device whose jobs wait longest, to
/// the first answer, and down again. What costs less than that answer and is not below a configuration that failed is tried in order of
/// price.
/// </remarks>
sealed class PlanSearch(IReadOnlyList<DeviceGroup> devices, double target, int maxTrials, Func<IReadOnlyList<DeviceGroup>, PlanTrial> simulate)
{
    readonly List<PlanTrial> _trials = [];
    readonly Dictionary<string, PlanTrial> _known = new(StringComparer.Ordinal);
    readonly List<int[]> _failed = [];

    public CapacityPlan Run()
    {
        int[] most = [.. devices.Select(device => Math.Max(device.Servers, device.MostServers))];
        bool isProven = true;
        try
        {
            if (!Meets(most))
            {
                return new(target, _trials[0], isProven: true, _trials);
            }

            int[] least = [.. devices.Select((_, device) => LeastAlone(device, most))];
            int[] first = Raise(least, most);
            Lower(first, least);
            ExcludeCheaper(least, most);
        }
        catch (TrialsUsedUpException)
        {
            isProven = false;
        }

        PlanTrial best = _trials.Where(trial => trial.MeetsTarget).OrderBy(trial => trial.Cost).ThenByDescending(Attainment).FirstOrDefault()
            ?? _trials.MaxBy(Attainment)!;
        return new(target, best, isProven, _trials);
    }

    int LeastAlone(int device, int[] most)
    {
        int low = devices[device].Servers;
        int high = most[device];
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = Meets(With(most, device, middle)) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    int[] Raise(int[] from, int[] most)
    {
        int[] at = from;
        while (!Meets(at))
        {
            SimulationRun run = _known[Key(at)].Result.All;
            int device = Enumerable.Range(0, at.Length)
                .Where(d => at[d] < most[d])
                .MaxBy(d => run.Devices[d].Wait.Sum.TotalSeconds / devices[d].Cost);
            at = With(at, device, at[device] + 1);
        }

        return at;
    }

    void Lower(int[] from, int[] least)
    {
        int[] at = from;
        foreach (int device in Enumerable.Range(0, at.Length).OrderByDescending(d => devices[d].Cost))
        {
            while (at[device] > least[device] && Meets(With(at, device, at[device] - 1)))
            {
                at = With(at, device, at[device] - 1);
            }
        }
    }

    /// <summary>Tries the configurations that are cheaper than the best known one, in order of price, until none is left.</summary>
    void ExcludeCheaper(int[] least, int[] most)
    {
        PriorityQueue<int[], double> next = new();
        HashSet<string> seen = [Key(least)];
        next.Enqueue(least, Cost(least));
        while (next.TryDequeue(out int[]? at, out double cost))
        {
            double best = _trials.Where(trial => trial.MeetsTarget).Min(trial => trial.Cost);
            if (cost >= best || Meets(at))
            {
                return;
            }

            for (int device = 0; device < at.Length; device++)
            {
                int[] more = With(at, device, at[device] + 1);
                if (more[device] <= most[device] && seen.Add(Key(more)))
                {
                    next.Enqueue(more, Cost(more));
                }
            }
        }
    }

    bool Meets(int[] servers)
    {
        if (_known.TryGetValue(Key(servers), out PlanTrial? known))
        {
            return known.MeetsTarget;
        }

        if (_failed.Exists(failed => servers.Zip(failed).All(pair => pair.First <= pair.Second)))
        {
            return false;
        }

        if (_trials.Count == maxTrials)
        {
            throw new TrialsUsedUpException();
        }

        PlanTrial trial = simulate([.. devices.Select((device, at) => device.With(servers[at]))]);
        _trials.Add(trial);
        _known.Add(Key(servers), trial);
        if (!trial.MeetsTarget)
        {
            _failed.Add(servers);
        }

        return trial.MeetsTarget;
    }

    static double Attainment(PlanTrial trial) => trial.Result.Attainment.Mean;

    static int[] With(int[] servers, int device, int count)
    {
        int[] other = [.. servers];
        other[device] = count;
        return other;
    }

    static string Key(int[] servers) => string.Join(',', servers);

    double Cost(int[] servers) => servers.Select((count, device) => count * devices[device].Cost).Sum();

    sealed class TrialsUsedUpException : Exception;
}
