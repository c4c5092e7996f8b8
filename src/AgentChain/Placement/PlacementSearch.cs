namespace AgentChain.Placement;

/// <summary>Searches the best assignment: list scheduling, then local search from several starts. Deterministic.</summary>
/// <remarks>
/// <code>
///   (1) each phase in the order of HEFT's rank to the device with the best value so far, waits included
///   (2) each device alone, the plan in force, random assignments
///   (3) from each: the best move of one phase, or of two that follow each other together, until none helps
/// </code>
/// Of equal values the first is kept, so equal problems have equal plans.
/// </remarks>
/// <param name="model">The problem.</param>
sealed class PlacementSearch(PlacementModel model)
{
    /// <summary>The number of random assignments to start from.</summary>
    const int Restarts = 6;

    /// <summary>The number of evaluations after which no further start is tried.</summary>
    const int MostEvaluations = 40_000;

    /// <summary>The number of moves of two phases, in one round, up to which they are tried.</summary>
    const int MostPairs = 4096;

    readonly int _phases = model.Count;
    readonly int _devices = model.Devices;
    readonly HashSet<string> _seen = [];

    /// <summary>Whether two phases are moved together: not if one round of it would be long.</summary>
    readonly bool _pairs = model.Count * model.Devices * model.Devices <= MostPairs;
    int[] _best = [];
    double _least = double.PositiveInfinity;

    /// <summary>The number of assignments that were evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Returns the best assignment that is found.</summary>
    /// <param name="current">The assignment in force; null for none.</param>
    public int[] Run(int[]? current)
    {
        Improve(Scheduled());
        if (current is not null)
        {
            Improve([.. current]);
        }

        for (int d = 0; d < _devices; d++)
        {
            Improve(Alone(d));
        }

        ulong state = 0x9E3779B97F4A7C15;
        for (int i = 0; i < Restarts; i++)
        {
            Improve(Scattered(ref state));
        }

        return _best;
    }

    /// <summary>(1) Places the phases one after the other.</summary>
    public int[] Scheduled()
    {
        int[] at = new int[_phases];
        Array.Fill(at, -1);
        foreach (int i in model.Order)
        {
            int best = 0;
            double least = double.PositiveInfinity;
            for (int d = 0; d < _devices; d++)
            {
                at[i] = d;
                double value = Evaluate(at);
                (best, least) = value < least ? (d, value) : (best, least);
            }

            at[i] = best;
        }

        return at;
    }

    /// <summary>(2) All phases on one device, as far as they can run there.</summary>
    int[] Alone(int device)
    {
        int[] at = new int[_phases];
        for (int i = 0; i < at.Length; i++)
        {
            at[i] = model.CanRun(i, device) ? device : FirstFor(i);
        }

        return at;
    }

    int[] Scattered(ref ulong state)
    {
        int[] at = new int[_phases];
        for (int i = 0; i < at.Length; i++)
        {
            // A linear congruential generator (Knuth) is random enough to start from.
            state = (state * 6364136223846793005) + 1442695040888963407;
            int device = (int)((state >> 33) % (ulong)_devices);
            at[i] = model.CanRun(i, device) ? device : FirstFor(i);
        }

        return at;
    }

    int FirstFor(int phase) => Math.Max(0, Enumerable.Range(0, _devices).FirstOrDefault(d => model.CanRun(phase, d)));

    /// <summary>(3) Improves an assignment in place until no move helps.</summary>
    void Improve(int[] at)
    {
        if (Evaluations > MostEvaluations)
        {
            return;
        }

        double value = Evaluate(at);
        while (Evaluations <= MostEvaluations && _seen.Add(string.Join(',', at)))
        {
            (int One, int ToOne, int Other, int ToOther) move = (-1, 0, -1, 0);
            double least = value;
            for (int i = 0; i < _phases; i++)
            {
                int from = at[i];
                for (int d = 0; d < _devices; d++)
                {
                    if (d == from || !model.CanRun(i, d))
                    {
                        continue;
                    }

                    at[i] = d;
                    Try(at, (i, d, -1, 0), ref least, ref move);
                    foreach (int before in _pairs ? model.Before[i] : [])
                    {
                        Pair(at, i, d, before, ref least, ref move);
                    }
                }

                at[i] = from;
            }

            if (move.One < 0)
            {
                break;
            }

            at[move.One] = move.ToOne;
            if (move.Other >= 0)
            {
                at[move.Other] = move.ToOther;
            }

            value = least;
        }

        if (value < _least)
        {
            (_best, _least) = ([.. at], value);
        }
    }

    /// <summary>Tries each device for the phase before one that has been moved.</summary>
    void Pair(
        int[] at, int moved, int to, int before, ref double least, ref (int One, int ToOne, int Other, int ToOther) move)
    {
        int from = at[before];
        for (int d = 0; d < _devices; d++)
        {
            if (d != from && model.CanRun(before, d))
            {
                at[before] = d;
                Try(at, (moved, to, before, d), ref least, ref move);
            }
        }

        at[before] = from;
    }

    void Try(
        int[] at, (int One, int ToOne, int Other, int ToOther) tried, ref double least, ref (int One, int ToOne, int Other, int ToOther) move)
    {
        double value = Evaluate(at);

        // Rounding must not lead in a circle.
        if (value < least - (1e-12 * Math.Abs(least)))
        {
            (least, move) = (value, tried);
        }
    }

    double Evaluate(int[] at)
    {
        Evaluations++;
        return model.Evaluate(at);
    }
}
