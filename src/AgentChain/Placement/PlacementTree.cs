namespace AgentChain.Placement;

/// <summary>
/// Searches the assignments that can still be better than one that is known: phase after phase in the order of the model, the device with the
/// best bound first, and nothing below a bound that is no better. Source: branch and bound (Land and Doig, 1960).
/// </summary>
/// <param name="model">The problem.</param>
/// <param name="most">The number of bounds after which the search ends.</param>
sealed class PlacementTree(PlacementModel model, int most)
{
    /// <summary>The number of devices above which the others are left to the local search.</summary>
    const int MostDevices = 64;

    readonly int[] _at = new int[model.Count];
    int[] _best = [];
    double _least;

    /// <summary>The number of bounds that were computed.</summary>
    public int Bounds { get; private set; }

    /// <summary>Returns the best assignment that is found.</summary>
    /// <param name="best">An assignment that is known.</param>
    /// <param name="value">Its value.</param>
    public int[] Run(int[] best, double value)
    {
        (_best, _least) = (best, value);
        Array.Fill(_at, -1);
        Place(0);
        return _best;
    }

    void Place(int depth)
    {
        if (depth == model.Count)
        {
            Take();
            return;
        }

        int phase = model.Order[depth];
        Span<double> bounds = stackalloc double[Math.Min(model.Devices, MostDevices)];
        Span<int> devices = stackalloc int[bounds.Length];
        int count = 0;
        for (int d = 0; d < bounds.Length && Bounds < most; d++)
        {
            _at[phase] = d;
            if (model.CanRun(phase, d) && Bound() is var bound && bound < _least)
            {
                (bounds[count], devices[count]) = (bound, d);
                count++;
            }
        }

        bounds[..count].Sort(devices[..count]);
        for (int i = 0; i < count && bounds[i] < _least && Bounds < most; i++)
        {
            _at[phase] = devices[i];
            Place(depth + 1);
        }

        _at[phase] = -1;
    }

    double Bound()
    {
        Bounds++;
        return model.Bound(_at);
    }

    void Take()
    {
        double value = model.Evaluate(_at);
        if (value < _least)
        {
            (_best, _least) = ([.. _at], value);
        }
    }
}
