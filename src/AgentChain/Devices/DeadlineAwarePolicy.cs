namespace AgentChain.Devices;

/// <summary>
/// Picks the device on which the work is expected to end first: what is ahead of it there, the time of the work on that device, and the time
/// until the device has the state that the work needs. It is the default of <see cref="DeviceScheduler"/>.
/// </summary>
/// <remarks>
/// <code>
///   end = (1) the predicted work ahead + (2) the work itself + (3) moving or rebuilding its state
/// </code>
/// Work stays with its state (<see cref="PlacementRequest.Affinity"/>) unless another device is expected to end a tenth earlier, or only
/// another device is in time, so that it does not move back and forth. Without any prediction of the work, the policy picks as
/// <see cref="LeastLoadedPolicy"/> does, except that work stays with its state while a lane is free there.
/// <para>
/// A device of which the time is not known counts as the fastest known one, or as faster or slower by its data sheet, four times, so that it
/// is tried, first of equal ones; then, as twice the slowest, because one on which every run fails would otherwise attract them all.
/// </para>
/// The policy remembers its tries, so it belongs to one scheduler. It relies on the scheduler's lock and is not thread-safe otherwise.
/// </remarks>
public sealed class DeadlineAwarePolicy : IDevicePlacementPolicy
{
    /// <summary>The share of the expected time that a move must save.</summary>
    const double Hysteresis = 0.1;

    /// <summary>The number of times that a device is tried whose time is not known.</summary>
    const int Tries = 4;

    /// <summary>The number of blocks, phases and devices that are remembered; a bound on memory.</summary>
    const int Remembered = 4096;

    readonly Dictionary<(string Block, WorkPhase Phase, string Device), int> _tried = [];

    /// <inheritdoc/>
    public string Name => DevicePlacementPolicies.DeadlineAware;

    /// <inheritdoc/>
    public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        if (candidates.Length < 2)
        {
            return 0;
        }

        int home = HomeOf(request, candidates);
        Span<double> times = candidates.Length <= 16 ? stackalloc double[candidates.Length] : new double[candidates.Length];
        if (!Predict(request, candidates, times))
        {
            return home >= 0 && candidates[home].HasFreeLane ? home : LeastLoadedPolicy.Least(candidates);
        }

        int best = -1, stay = -1;
        double earliest = 0, stays = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            double end = EndOn(request, candidates, i, home, TimeOn(request, candidates, times, i));
            if (i == home)
            {
                (stay, stays) = (i, end);
            }

            // Of equal ones, a device of which nothing is known, so that it is tried even if no device is busy.
            bool isAsGood = best >= 0 && end == earliest && double.IsNaN(times[i]) == double.IsNaN(times[best])
                ? LeastLoadedPolicy.IsBetter(candidates[i], candidates[best])
                : end == earliest && double.IsNaN(times[i]);
            if (best < 0 || end < earliest || isAsGood)
            {
                (best, earliest) = (i, end);
            }
        }

        int picked = stay >= 0 && earliest >= stays * (1 - Hysteresis) && !IsOnlyInTime(request, earliest, stays) ? stay : best;
        if (double.IsNaN(times[picked]))
        {
            Try((request.Block, request.Phase, candidates[picked].Device.Name));
        }

        return picked;
    }

    static int HomeOf(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates)
    {
        for (int i = 0; request.Affinity.Device is not null && i < candidates.Length; i++)
        {
            if (request.Affinity.IsOn(candidates[i].Device))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Predicts the work on each device, NaN where it is not known; false if nothing is known.</summary>
    static bool Predict(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates, Span<double> times)
    {
        bool any = false;
        for (int i = 0; request.Predict is not null && i < candidates.Length; i++)
        {
            times[i] = request.PredictOn(candidates[i].Device)?.TotalSeconds ?? double.NaN;
            any |= !double.IsNaN(times[i]);
        }

        return any;
    }

    /// <summary>(1), (2), (3): Returns after how many seconds the work is expected to end on a device.</summary>
    static double EndOn(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates, int at, int home, double time)
    {
        DeviceState state = candidates[at];
        int lanes = state.UsableLanes;
        if (lanes <= 0)
        {
            return double.MaxValue;
        }

        double ahead = state.Backlog.TotalSeconds + (state.HasFreeLane ? 0 : (double)state.UnpredictedLeases / lanes * time);

        // A move of which nothing is known costs as much as the work itself.
        double move = request.Affinity.TimeTo(state.Device, home >= 0 ? candidates[home].Device : null)?.TotalSeconds ?? time;
        return ahead + time + move;
    }

    static bool IsOnlyInTime(in PlacementRequest request, double earliest, double stays) =>
        request.Left is { } left && stays > left.TotalSeconds && earliest <= left.TotalSeconds;

    /// <summary>(2) Returns the time of the work on a device, also if no run has completed there.</summary>
    double TimeOn(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates, ReadOnlySpan<double> times, int at)
    {
        if (!double.IsNaN(times[at]))
        {
            return times[at];
        }

        bool isTried = _tried.GetValueOrDefault((request.Block, request.Phase, candidates[at].Device.Name)) >= Tries;
        double guess = isTried ? 0 : double.PositiveInfinity;
        for (int i = 0; i < times.Length; i++)
        {
            if (!double.IsNaN(times[i]))
            {
                guess = isTried
                    ? Math.Max(guess, 2 * times[i])
                    : Math.Min(guess, times[i] * Ratio(candidates[i].Device.Sheet, candidates[at].Device.Sheet));
            }
        }

        return guess;
    }

    /// <summary>Returns how many times as long work takes on a device as on another one, whether arithmetic or memory bounds it.</summary>
    static double Ratio(DeviceSheet? known, DeviceSheet? unknown)
    {
        double byRate = known?.PeakFlops / unknown?.PeakFlops ?? 0;
        double byMemory = known?.MemoryBandwidth / unknown?.MemoryBandwidth ?? 0;
        return Math.Max(byRate, byMemory) is > 0 and var ratio ? ratio : 1;
    }

    void Try((string Block, WorkPhase Phase, string Device) place)
    {
        if (_tried.Count >= Remembered)
        {
            _tried.Clear();
        }

        _tried[place] = Math.Min(Tries, _tried.GetValueOrDefault(place) + 1);
    }
}
