using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>
/// Keeps a plan in force while the load, the times and the devices change, and exchanges it when that is worth it. Call <see cref="Update"/> at
/// the end of each window, such as every ten seconds, or let it run by itself with <see cref="Start"/>. Thread-safe.
/// </summary>
/// <remarks>
/// <code>
///   window ── plan possible and not overloaded? ──no── the best plan at once
///               └─yes── shifted since the last search, or another plan considered? ──no── kept
///                         └─yes── the best plan ── better by more than Gain, Windows times in a row? ── moved
/// </code>
/// </remarks>
public sealed class PlacementKeeper
{
    readonly Lock _lock = new();
    readonly PlannedPolicy _policy;
    readonly double _gain = 0.05, _shift = 0.2;
    readonly int _windows = 3;
    PlacementModel? _searched;
    int _better;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="policy">The policy whose plan is kept. If it has no plan, the first update gives it one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> is <see langword="null"/>.</exception>
    public PlacementKeeper(PlannedPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
    }

    /// <summary>Gets the share by which another plan must be better, from 0 to 1. The default is 0.05.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double Gain { get => _gain; init => _gain = OptionCheck.Within(value, 0, 1, nameof(Gain)); }

    /// <summary>Gets the number of windows in a row in which another plan must be better; at least 1. The default is 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Windows { get => _windows; init => _windows = OptionCheck.AtLeast(value, 1, nameof(Windows)); }

    /// <summary>
    /// Gets the share by which the load, or a time, must have changed since the last search for another one; not negative. The default is 0.2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double Shift { get => _shift; init => _shift = OptionCheck.NotNegative(value, nameof(Shift)); }

    /// <summary>Gets the plan in force, with the times of the last update; <see langword="null"/> before the first.</summary>
    public PlacementPlan? Plan => _policy.Plan;

    /// <summary>The policy whose plan is kept.</summary>
    internal PlannedPolicy Policy => _policy;

    /// <summary>Compares the plan in force with others, for what the last window has shown.</summary>
    /// <param name="problem">The phases with their times, the devices that are there, and the load.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="problem"/> is <see langword="null"/>.</exception>
    /// <exception cref="PlacementException">
    /// No plan is possible. The last plan stays in force, and blocks whose device has gone are placed by the other policy. If more arrives than
    /// the devices can serve, there is no exception: the plan that loads them least comes into force.
    /// </exception>
    public PlacementDecision Update(PlacementProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        lock (_lock)
        {
            PlacementPlan? now = _policy.Plan is { } plan ? PlacementPlanner.Evaluate(problem, plan) : null;
            var model = new PlacementModel(problem);
            if (now is not null)
            {
                // The same placement, with the load and the times of now.
                _policy.Plan = now;
            }

            if (now is { IsOverloaded: false } && _better == 0 && _searched?.IsLike(model, Shift) == true)
            {
                return PlacementDecision.Kept;
            }

            PlacementPlan best = Best(problem, now);
            _searched = model;
            if (now is null || (now.IsOverloaded && IsLessLoaded(best, now)))
            {
                return Move(best);
            }

            if (!IsBetter(best, now))
            {
                _better = 0;
                return PlacementDecision.Kept;
            }

            return ++_better >= Windows ? Move(best) : PlacementDecision.Considered;
        }
    }

    /// <summary>
    /// Updates at the end of each window, and at once when a device goes or is back, until the result is disposed. A chain measures its load
    /// itself: <see cref="ChainBase{TIn,TOut}.KeepPlacement"/>.
    /// </summary>
    /// <param name="problem">
    /// The callback that returns what the last window has shown. It runs on the clock's thread; what it throws, and problems for which no plan
    /// is possible, are reported by the result.
    /// </param>
    /// <param name="window">The length of a window, greater than zero.</param>
    /// <param name="devices">The scheduler whose devices go and come; <see langword="null"/> to update at the end of each window only.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <returns>What stops the updates when it is disposed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="problem"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is not greater than zero.</exception>
    public KeeperRun Start(Func<PlacementProblem> problem, TimeSpan window, IDeviceScheduler? devices = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var run = new KeeperRun(time ?? TimeProvider.System, window, () => Update(problem()
            ?? throw new InvalidOperationException("The callback of PlacementKeeper.Start returned null; return a PlacementProblem, or throw.")));
        if (devices is not null)
        {
            EventHandler<DevicePresenceEventArgs> changed = (_, _) => run.UpdateSoon();
            run.OnStop(() => devices.PresenceChanged -= changed);
            try
            {
                devices.PresenceChanged += changed;
            }
            catch
            {
                run.Dispose();
                throw;
            }
        }

        return run;
    }

    static PlacementPlan Best(PlacementProblem problem, PlacementPlan? now)
    {
        try
        {
            return PlacementPlanner.Plan(problem, now);
        }
        catch (PlacementException error) when (error.Closest is not null)
        {
            return error.Closest;
        }
    }

    static bool IsLessLoaded(PlacementPlan best, PlacementPlan now) => !best.IsOverloaded || LargestLoad(best) < LargestLoad(now) * 0.95;

    static double LargestLoad(PlacementPlan plan) => plan.Devices.Max(use => use.Load);

    bool IsBetter(PlacementPlan best, PlacementPlan now) => !best.IsOverloaded
        && (best.OnTime is { } share ? share > now.OnTime * (1 + Gain) : best.Latency < now.Latency * (1 - Gain));

    PlacementDecision Move(PlacementPlan plan)
    {
        _better = 0;
        _policy.Plan = plan;
        return PlacementDecision.Moved;
    }
}
