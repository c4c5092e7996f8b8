namespace AgentChain.Placement;

/// <summary>
/// Searches the best assignment: list scheduling, then local search from several starts, then a bounded search of what can still be better.
/// Deterministic.
/// </summary>
/// <remarks>
/// <code>
///   (1) each phase in the order of HEFT's rank to the device with the best value so far, waits included
///   (2) the plan in force, each device alone
///   (3) from each: the first move that helps, of one phase, of two that follow each other, or of two that change places, until none does
///   (4) from the best: a few phases moved at random, and (3) again, while evaluations are left
///   (5) the tree of all assignments, as far as its bounds are better and the number of bounds allows: for few phases, all of it
/// </code>
/// Of equal values the first is kept, so equal problems have equal plans. Source of (4): iterated local search (Lourenço, Martin and Stützle, 2003).
/// </remarks>
/// <param name="model">The problem.</param>
sealed class PlacementSearch(PlacementModel model)
{
    /// <summary>The number of evaluations after which no further start is tried: for few phases, a fraction of a millisecond.</summary>
    const int MostEvaluations = 1_500;

    /// <summary>The number of bounds in the tree: for few phases about a millisecond.</summary>
    const int MostBounds = 8_000;

    /// <summary>The number of starts at random.</summary>
    const int Kicks = 30;

    /// <summary>
    /// The number of evaluations after which the search ends, for many phases, and of the phases and devices that these look at: for many
    /// devices as well, a search takes some tenths of a second at most.
    /// </summary>
    const int MostRounds = 20_000;
    const int MostWork = 30_000_000;

    /// <summary>The number of phases from which the tree is not searched: it would end in its first branches.</summary>
    const int MostLevels = 256;

    /// <summary>The number of phases that are moved at random.</summary>
    const int Kicked = 3;

    /// <summary>The number of moves of two phases, in one round, up to which they are tried.</summary>
    const int MostPairs = 8192;

    readonly int _phases = model.Count;
    readonly int _devices = model.Devices;
    readonly bool _pairs = model.Count * Math.Max(model.Count, (long)model.Devices * model.Devices) <= MostPairs;
    readonly int _most = Math.Clamp(MostWork / (model.Count + model.Devices), 1_000, MostRounds);
    readonly int[] _at = new int[model.Count];
    ulong _random = 0x9E3779B97F4A7C15;
    int[] _best = [];
    double _least = double.PositiveInfinity;
    double _value;

    /// <summary>The number of assignments that were evaluated.</summary>
    public int Evaluations { get; private set; }

    bool HasTime => Evaluations < _most;

    /// <summary>Returns the best assignment that is found.</summary>
    /// <param name="current">The assignment in force; null for none.</param>
    public int[] Run(int[]? current)
    {
        Improve(Scheduled());
        if (current is not null)
        {
            Improve(current);
        }

        for (int d = 0; d < _devices && HasTime; d++)
        {
            Improve(Alone(d));
        }

        for (int i = 0; i < Kicks && Evaluations < MostEvaluations; i++)
        {
            Improve(Kick());
        }

        if (_phases > MostLevels)
        {
            return _best;
        }

        var tree = new PlacementTree(model, MostBounds);
        int[] best = tree.Run(_best, _least);
        Evaluations += tree.Bounds;
        return best;
    }

    /// <summary>(1) Places the phases one after the other.</summary>
    public int[] Scheduled()
    {
        int[] at = new int[_phases];
        Array.Fill(at, -1);
        double[] busy = new double[_devices];
        foreach (int i in model.Order)
        {
            int[] candidates = Candidates(i, busy);
            int best = candidates is [var first, ..] ? first : 0;
            double least = double.PositiveInfinity;
            for (int c = 0; c < candidates.Length && candidates.Length > 1; c++)
            {
                at[i] = candidates[c];
                double value = Evaluate(at);
                (best, least) = value < least ? (candidates[c], value) : (best, least);
            }

            at[i] = best;
            busy[best] += model.BusyOf(i, best);
        }

        return at;
    }

    /// <summary>
    /// All devices; if these are too many to try each for each phase, some on which the phase takes the least time, and some that have the
    /// least to do.
    /// </summary>
    int[] Candidates(int phase, double[] busy)
    {
        if ((long)_phases * _devices <= _most)
        {
            return [.. Enumerable.Range(0, _devices)];
        }

        int few = _most / _phases / 4;
        IEnumerable<int> able = Enumerable.Range(0, _devices).Where(d => model.CanRun(phase, d)).OrderBy(d => busy[d] + model.BusyOf(phase, d));
        return few == 0
            ? [.. able.Take(1)]
            : [.. able.Take(few).Union(able.OrderBy(d => model.TimeOf(phase, d)).Take(few)).Order()];
    }

    /// <summary>(2) All phases on one device, as far as they can run there.</summary>
    int[] Alone(int device)
    {
        int[] at = new int[_phases];
        for (int i = 0; i < at.Length; i++)
        {
            at[i] = Able(i, device);
        }

        return at;
    }

    /// <summary>(4) The best assignment with a few phases elsewhere.</summary>
    int[] Kick()
    {
        int[] at = [.. _best];
        for (int i = 0; i < Kicked; i++)
        {
            int phase = Next(_phases);
            at[phase] = Able(phase, Next(_devices));
        }

        return at;
    }

    /// <summary>A linear congruential generator (Knuth) is random enough here.</summary>
    int Next(int below)
    {
        _random = (_random * 6364136223846793005) + 1442695040888963407;
        return (int)((_random >> 33) % (ulong)below);
    }

    /// <summary>Returns the first device from one on that can run a phase.</summary>
    int Able(int phase, int device)
    {
        for (int i = 0; i < _devices; i++)
        {
            int other = (device + i) % _devices;
            if (model.CanRun(phase, other))
            {
                return other;
            }
        }

        return device;
    }

    /// <summary>(3) Improves an assignment until no move helps.</summary>
    void Improve(int[] start)
    {
        start.CopyTo(_at, 0);
        _value = Evaluate(_at);
        bool isBetter = true;
        while (isBetter && HasTime)
        {
            isBetter = false;
            for (int i = 0; i < _phases && HasTime; i++)
            {
                isBetter |= MoveOne(i);
            }

            // Moves of two are many, so they are tried when those of one do not help.
            for (int i = 0; !isBetter && _pairs && i < _phases && HasTime; i++)
            {
                isBetter = MoveTwo(i) || Swap(i);
            }
        }

        if (_value < _least)
        {
            (_best, _least) = ([.. _at], _value);
        }
    }

    bool MoveOne(int phase)
    {
        bool isBetter = false;
        for (int d = 0; d < _devices && HasTime; d++)
        {
            isBetter |= d != _at[phase] && model.CanRun(phase, d) && Try(phase, d, phase, d);
        }

        return isBetter;
    }

    bool MoveTwo(int phase)
    {
        foreach (int before in model.Before[phase])
        {
            for (int d = 0; d < _devices; d++)
            {
                for (int e = 0; e < _devices; e++)
                {
                    if (d != _at[phase] && e != _at[before] && model.CanRun(phase, d) && model.CanRun(before, e) && Try(phase, d, before, e))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    bool Swap(int phase)
    {
        for (int other = 0; other < phase; other++)
        {
            int mine = _at[phase], its = _at[other];
            if (mine != its && model.CanRun(phase, its) && model.CanRun(other, mine) && Try(phase, its, other, mine))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves two phases if that helps.</summary>
    bool Try(int one, int to, int other, int otherTo)
    {
        (int from, int otherFrom) = (_at[one], _at[other]);
        (_at[one], _at[other]) = (to, otherTo);
        double value = Evaluate(_at);

        // Rounding must not lead in a circle.
        if (value < _value - (1e-12 * Math.Abs(_value)))
        {
            _value = value;
            return true;
        }

        (_at[other], _at[one]) = (otherFrom, from);
        return false;
    }

    double Evaluate(int[] at)
    {
        Evaluations++;
        return model.Evaluate(at);
    }
}
