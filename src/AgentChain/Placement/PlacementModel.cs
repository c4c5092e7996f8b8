using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>A placement problem as numbers: what an assignment of devices to phases is worth. Not thread-safe.</summary>
/// <remarks>
/// <code>
///   phase 1 ── move ── phase 2 ─┬─ ...      end = latest(end of those before + move, lane free) + wait of the device + time
///                               └─ ...
/// </code>
/// The wait for a device is that of a queue with arrivals at random, runs of any distribution and as many servers as lanes. Sources: the
/// formulas of Pollaczek and Khinchine for the mean and the variance with one server; for several, the approximation of Sakasegawa (1977)
/// with the factor of Allen and Cunneen. The latency is taken as lognormal with the mean and the variance of the longest path (Fenton, 1960).
/// </remarks>
sealed partial class PlacementModel
{
    /// <summary>The load of a device from which it counts as overloaded.</summary>
    public const double FullLoad = 0.99;

    /// <summary>
    /// What is added for each phase that cannot run, for memory and for load that do not fit. Latencies count up to less than the least of
    /// them, and how much does not fit counts by its logarithm, so that no value can be taken for another one.
    /// </summary>
    const double Cannot = 1e24, Overflow = 1e15, Overload = 1e12, LongestLatency = 1e11, LargestLogarithm = 800;

    /// <summary>The number of times of moves that are kept in a table; those of a larger problem are computed each time.</summary>
    const int MostMoves = 1 << 16;

    readonly PlacementProblem _problem;
    readonly double _rate, _score;
    readonly double[] _time, _busy, _busy2, _busy3, _variance, _output, _capacity, _lanes, _own, _weights, _load, _second, _third, _memory;
    readonly double[] _wait, _waitVariance, _end, _endVariance, _laneFree, _rest, _restVariance;
    readonly double[]? _moves;
    readonly int[] _key, _laneAt, _counted;
    readonly int[][] _before;
    readonly bool[] _isLast;
    readonly bool _isChain;
    int _evaluation;

    public PlacementModel(PlacementProblem problem)
    {
        (_problem, _rate) = (problem, problem.ArrivalsPerSecond);
        (Count, Devices) = (problem.Phases.Count, problem.Devices.Count);
        _score = NormalQuantile.Of(problem.Objective.Quantile);
        (_time, _busy, _busy2, _busy3, _variance) = (Table(), Table(), Table(), Table(), Table());
        _before = PhaseOrder.Before(problem.Phases);
        _moves = (long)Devices * Devices * Count <= MostMoves ? new double[Devices * Devices * Count] : null;
        (_capacity, _lanes, _load, _second, _third, _memory) = (PerDevice(), PerDevice(), PerDevice(), PerDevice(), PerDevice(), PerDevice());
        (_wait, _waitVariance, _laneAt) = (PerDevice(), PerDevice(), new int[Devices + 1]);
        (_own, _weights, _output, _key) = (new double[Count], new double[Count], new double[Count], new int[Count]);
        (_rest, _restVariance) = (new double[Count], new double[Count]);
        (_end, _endVariance, _isLast) = (new double[Count], new double[Count], new bool[Count]);
        ReadDevices();
        ReadPhases();
        _laneFree = new double[_laneAt[Devices]];
        _counted = new int[(_key.Max() + 1) * Devices];
        Order = PhaseOrder.ByRank(_before, MeanTime, MeanMove);
        _isChain = _before.All(before => before.Length <= 1) && _before.SelectMany(before => before).Distinct().Count() >= Count - 1;
        MarkLast();

        double[] Table() => new double[Count * Devices];
        double[] PerDevice() => new double[Devices];
    }

    /// <summary>The number of phases.</summary>
    public int Count { get; }

    /// <summary>The number of devices.</summary>
    public int Devices { get; }

    /// <summary>The phases, each after those that it waits for, those with the longest rest first: the upward rank of HEFT.</summary>
    public int[] Order { get; }

    /// <summary>The phases that each phase comes after.</summary>
    public IReadOnlyList<int[]> Before => _before;

    /// <summary>The mean, the variance and the value of the last assignment that was evaluated.</summary>
    public (double Mean, double Variance) Latency { get; private set; }

    /// <summary>Whether a phase can run on a device.</summary>
    public bool CanRun(int phase, int device) => !double.IsInfinity(_time[(phase * Devices) + device]);

    /// <summary>The wait for a device in the last assignment that was evaluated, in seconds.</summary>
    public double WaitOf(int device) => _wait[device];

    /// <summary>The load of a device in the last assignment that was evaluated.</summary>
    public double LoadOf(int device) => _load[device];

    /// <summary>The memory of a device that the last assignment that was evaluated needs.</summary>
    public double MemoryOf(int device) => _memory[device];

    /// <summary>The time of a phase on a device, in seconds.</summary>
    public double TimeOf(int phase, int device) => _time[(phase * Devices) + device];

    /// <summary>The time for which a phase keeps a lane of a device, in seconds.</summary>
    public double BusyOf(int phase, int device) => _busy[(phase * Devices) + device];

    /// <summary>Whether a value is that of an assignment in which all phases can run and fit into memory.</summary>
    public static bool Fits(double value) => value < Overflow;

    /// <summary>Whether a value is that of an assignment that also serves what arrives.</summary>
    public static bool Serves(double value) => value < Overload;

    /// <summary>Returns what an assignment is worth: less is better. Phases on device -1 are left out.</summary>
    public double Evaluate(ReadOnlySpan<int> at)
    {
        double penalty = Sum(at);
        if (penalty > 0)
        {
            // What cannot be done takes no time.
            return penalty;
        }

        penalty = Waits();
        Latency = Follow(at, isPartial: false);
        return penalty + Value(Latency.Mean, Latency.Variance);
    }

    /// <summary>
    /// Returns what hardly any assignment of the phases on device -1 can be better than: the rest takes its least time with its least variance, and
    /// does not wait. The phases that have a device come first in <see cref="Order"/>. It is no bound where more variance is better.
    /// </summary>
    public double Bound(ReadOnlySpan<int> at)
    {
        double penalty = Sum(at);
        if (penalty > 0)
        {
            return penalty;
        }

        penalty = Waits();
        (double mean, double variance) = Follow(at, isPartial: true);
        return penalty + Value(mean, variance);
    }

    /// <summary>Returns the share of the turns that are in time; NaN without a limit.</summary>
    public double OnTime((double Mean, double Variance) latency) => _problem.Objective.Limit is { } limit
        ? NormalQuantile.Below(Deviations(latency.Mean, latency.Variance, limit.TotalSeconds))
        : double.NaN;

    /// <summary>Returns the quantile of the latency, in seconds.</summary>
    public double Quantile((double Mean, double Variance) latency)
    {
        if (latency.Mean <= 0)
        {
            return 0;
        }

        double spread = Math.Log(1 + (latency.Variance / (latency.Mean * latency.Mean)));
        return latency.Mean * Math.Exp((_score * Math.Sqrt(spread)) - (spread / 2));
    }

    double Value(double mean, double variance) => _problem.Objective.Limit is { } limit
        ? -Deviations(mean, variance, limit.TotalSeconds)
        : Math.Min(Quantile((mean, variance)), LongestLatency);

    /// <summary>The number of deviations by which the limit is above the median; bounded, because of no variance at all.</summary>
    static double Deviations(double mean, double variance, double limit)
    {
        if (mean <= 0)
        {
            return 1e6;
        }

        double spread = Math.Log(1 + (variance / (mean * mean)));
        return Math.Clamp((Math.Log(limit / mean) + (spread / 2)) / Math.Sqrt(Math.Max(spread, 1e-6)), -1e6, 1e6);
    }

    /// <summary>Whether the load and the times are those of another problem, up to a share.</summary>
    public bool IsLike(PlacementModel other, double share)
    {
        bool isLike = IsNear(_rate, other._rate, share) && Names.SequenceEqual(other.Names, StringComparer.OrdinalIgnoreCase)
            && _lanes.AsSpan().SequenceEqual(other._lanes) && _capacity.AsSpan().SequenceEqual(other._capacity) && Count == other.Count;
        for (int cell = 0; isLike && cell < _time.Length; cell++)
        {
            isLike = IsNear(_time[cell], other._time[cell], share) && IsNear(_busy[cell], other._busy[cell], share);
        }

        return isLike;
    }

    IEnumerable<string> Names => _problem.Devices.Select(device => device.Name).Concat(_problem.Phases.Select(phase => phase.Name));

    static bool IsNear(double one, double other, double share) =>
        one == other || (one <= other * (1 + share) && other <= one * (1 + share));

    /// <summary>Adds up what the devices have to do and to keep.</summary>
    double Sum(ReadOnlySpan<int> at)
    {
        Array.Clear(_load);
        Array.Clear(_second);
        Array.Clear(_third);
        Array.Clear(_memory);
        int evaluation = ++_evaluation;
        double penalty = 0;
        for (int i = 0; i < at.Length; i++)
        {
            int device = at[i];
            if (device < 0)
            {
                continue;
            }

            int cell = (i * Devices) + device;
            if (double.IsInfinity(_time[cell]))
            {
                penalty += Cannot;
                continue;
            }

            _load[device] += _busy[cell];
            _second[device] += _busy2[cell];
            _third[device] += _busy3[cell];
            ref int counted = ref _counted[(_key[i] * Devices) + device];
            _memory[device] += _own[i] + (counted == evaluation ? 0 : _weights[i]);
            counted = evaluation;
        }

        for (int d = 0; d < _memory.Length; d++)
        {
            penalty += _memory[d] > _capacity[d] ? Overflow * (1 + Math.Log(1 + (_memory[d] / _capacity[d]))) : 0;
        }

        return penalty;
    }

    /// <summary>Finds how long a run waits for each device.</summary>
    double Waits()
    {
        double largest = 0, excess = 0;
        for (int d = 0; d < _load.Length; d++)
        {
            double busy = _load[d], lanes = _lanes[d], load = _rate * busy / lanes;
            _load[d] = load;
            if (load == 0)
            {
                (_wait[d], _waitVariance[d]) = (0, 0);
                continue;
            }

            (largest, excess) = load > FullLoad ? (Math.Max(largest, load), excess + load) : (largest, excess);
            double bounded = Math.Min(load, FullLoad);
            double queue = lanes == 1 ? bounded : Math.Pow(bounded, Math.Sqrt(2 * (lanes + 1)) - 1);
            double wait = queue / (lanes * (1 - bounded)) * _second[d] / (2 * busy);
            _wait[d] = wait;
            _waitVariance[d] = wait * (wait + (2 * _third[d] / (3 * _second[d] * lanes)));
        }

        // First the device with the most counts, then the others.
        return largest == 0 ? 0 : Overload * (1 + Math.Min(Math.Log(1 + largest + (0.01 * excess)), LargestLogarithm));
    }

    /// <summary>Follows a turn through the phases, and returns its time to the last one that is awaited.</summary>
    (double Mean, double Variance) Follow(ReadOnlySpan<int> at, bool isPartial)
    {
        Array.Clear(_laneFree);
        double[]? moves = _moves;
        double latest = 0, variance = 0;
        foreach (int i in Order)
        {
            int device = at[i];
            if (device < 0)
            {
                if (isPartial)
                {
                    break;
                }

                continue;
            }

            double ready = 0, readyVariance = 0;
            foreach (int before in _before[i])
            {
                double move = moves is null ? MoveNow(before, at[before], device) : moves[(((before * Devices) + at[before]) * Devices) + device];
                double end = _end[before] + move;
                (ready, readyVariance) = end > ready ? (end, _endVariance[before]) : (ready, readyVariance);
            }

            int cell = (i * Devices) + device;
            double start = ready + _wait[device];
            if (!_isChain)
            {
                ref double lane = ref FirstFree(device);
                start = Math.Max(start, lane);
                lane = start + Math.Min(_busy[cell], _time[cell]);
            }

            _end[i] = start + _time[cell];
            _endVariance[i] = readyVariance + _waitVariance[device] + _variance[cell];
            double last = isPartial ? _end[i] + _rest[i] : _isLast[i] ? _end[i] : double.NegativeInfinity;
            if (last > latest)
            {
                (latest, variance) = (last, _endVariance[i] + (isPartial ? _restVariance[i] : 0));
            }
        }

        return (latest, variance);
    }

    ref double FirstFree(int device)
    {
        int first = _laneAt[device];
        for (int lane = first + 1; lane < _laneAt[device + 1]; lane++)
        {
            first = _laneFree[lane] < _laneFree[first] ? lane : first;
        }

        return ref _laneFree[first];
    }
}
