using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Placement;

namespace AgentChain;

/// <content>What a plan of the chain's devices is made from.</content>
public abstract partial class ChainBase<TIn, TOut>
{
    /// <summary>Returns what <see cref="PlacementPlanner"/> needs to place the chain's blocks on the devices of its scheduler.</summary>
    /// <param name="arrivalsPerSecond">The mean number of turns that arrive in a second; 0 for turns that are alone.</param>
    /// <param name="objective">What the plan makes best; <see langword="null"/> for the 95th percentile of the latency.</param>
    /// <returns>
    /// The problem, with the devices that are not lost: a phase for each block that requests a device, with its learned time on each device (<see cref="Costs"/>), or its declared
    /// one; and for a block that leases a device for each of its phases (<see cref="InnerDevice.Phase"/>) the phases, as soon as their times are
    /// known on all of their devices. In a stream, the next block begins with the first output. A route has an equal part of the turns, a loop its largest number of rounds.
    /// </returns>
    /// <remarks>
    /// Memory, shared weights, and the phases of other blocks are the host's to add: <see cref="PlacementProblem.Replace"/>. Blocks without a device
    /// are left out. Takes some milliseconds; safe for use from any thread.
    /// </remarks>
    /// <exception cref="InvalidOperationException">No block of the chain requests a device.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="arrivalsPerSecond"/> is negative, or not finite.</exception>
    /// <exception cref="PlacementException">All devices are lost, or all of those on which a block may run.</exception>
    public PlacementProblem ToPlacementProblem(double arrivalsPerSecond = 0, PlacementObjective? objective = null)
    {
        IReadOnlyList<ComputeDevice> all = HostServices.DevicesOf(Name, Devices), devices = BlueprintPlan.Present(Name, all, Devices);
        BlueprintPlan.EachHasADevice(Name, Blueprint, all, devices);
        IReadOnlyList<PlacementPhase> phases = new BlueprintPlacement(Costs, devices).Phases(Blueprint);
        if (phases.Count == 0)
        {
            BlueprintPlan.EachPhaseHasADevice(Name, Blueprint, all, devices);
        }

        return phases.Count == 0
            ? throw new InvalidOperationException($"No block of the chain '{Name}' requests a device, or has learned the times of its phases, so there is nothing to place; add one with o => o.On(...).")
            : new PlacementProblem(phases, devices)
            {
                ArrivalsPerSecond = arrivalsPerSecond,
                Objective = objective ?? PlacementObjective.Latency(),
            };
    }

    /// <summary>
    /// Keeps a plan of the chain's devices in force by itself: at the end of each window, with the load and the times that the window has shown,
    /// and at once when a device goes or is back. It stops with the chain.
    /// </summary>
    /// <param name="keeper">The keeper of the policy of the chain's scheduler.</param>
    /// <param name="window">The length of a window, greater than zero, such as ten seconds.</param>
    /// <param name="complete">
    /// The callback that adds what the chain cannot know, such as memory and shared weights (<see cref="PlacementProblem.Replace"/>); <see langword="null"/>
    /// for nothing. It runs on the clock's thread.
    /// </param>
    /// <param name="objective">What the plan makes best; <see langword="null"/> for the 95th percentile of the latency.</param>
    /// <returns>What stops the updates when it is disposed. Failed updates are reported by it, and logged.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="keeper"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is not greater than zero.</exception>
    /// <exception cref="InvalidOperationException">
    /// No block of the chain requests a device, the chain's scheduler places blocks by another policy than the keeper's, or the plan of that policy is
    /// kept for a chain already.
    /// </exception>
    public KeeperRun KeepPlacement(
        PlacementKeeper keeper, TimeSpan window, Func<PlacementProblem, PlacementProblem>? complete = null, PlacementObjective? objective = null)
    {
        ArgumentNullException.ThrowIfNull(keeper);
        OptionCheck.Positive(window, nameof(window));
        if (!BlueprintPlan.HasPlaces(Blueprint))
        {
            _ = ToPlacementProblem();
        }

        BlueprintPlan.CheckPolicy(Name, Devices, keeper);

        // A device that goes early in a window says nothing of the load. Before the first one has ended, that of the plan in force counts.
        var rate = new ArrivalRate(Time, window / 2, () => _runtime.TurnsBegun, keeper.Plan?.ArrivalsPerSecond ?? 0);
        KeeperRun run = Begin(keeper, () => Completed(ToPlacementProblem(rate.Next(), objective), complete), window);
        run.Failed += (_, args) => _runtime.Log.KeeperFailed(Name, args.Error.GetType().FullName);
        CancellationTokenRegistration closing = _runtime.WarmUps.Closed.UnsafeRegister(static run => ((KeeperRun)run!).Dispose(), run);
        run.OnStop(() => closing.Unregister());
        return run;
    }

    /// <summary>Starts a keeper, unless the plan of its policy is kept already: several would exchange it again and again.</summary>
    KeeperRun Begin(PlacementKeeper keeper, Func<PlacementProblem> problem, TimeSpan window)
    {
        if (keeper.Policy.BeginKeeping(Name) is { } other)
        {
            throw new InvalidOperationException(
                $"The plan of this policy is kept for the chain '{other}' already, and a policy has one plan. Dispose that KeeperRun first, or keep one problem for several chains with PlacementKeeper.Start.");
        }

        try
        {
            KeeperRun run = keeper.Start(problem, window, Devices, Time);
            run.OnStop(keeper.Policy.EndKeeping);
            return run;
        }
        catch
        {
            keeper.Policy.EndKeeping();
            throw;
        }
    }

    static PlacementProblem Completed(PlacementProblem problem, Func<PlacementProblem, PlacementProblem>? complete) => complete is null
        ? problem
        : complete(problem) ?? throw new InvalidOperationException(
            "The callback 'complete' of KeepPlacement returned null; return the problem, changed or not, or throw.");
}
