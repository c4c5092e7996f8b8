using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>Places phases on devices so that the chain's latency, or the number of its turns in time, is best. Stateless and thread-safe.</summary>
/// <remarks>
/// The search is list scheduling and then local search, with the waits that the phases cause each other in what it compares. Equal problems
/// have equal plans. It takes about a millisecond for ten phases on four devices, so it is not for every turn: see
/// <see cref="PlacementKeeper"/>.
/// </remarks>
public static class PlacementPlanner
{
    /// <summary>Returns the best plan that is found.</summary>
    /// <param name="problem">The phases, the devices and the load.</param>
    /// <param name="current">The plan in force, from which the search starts, too; <see langword="null"/> for none.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="problem"/> is <see langword="null"/>.</exception>
    /// <exception cref="PlacementException">
    /// The phases cannot be ordered, no device can run one, or the memory or the devices do not suffice. The message says what does not fit.
    /// </exception>
    public static PlacementPlan Plan(PlacementProblem problem, PlacementPlan? current = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var model = new PlacementModel(problem);
        PlacementCheck.EachCanRun(problem, model);
        var search = new PlacementSearch(model);
        int[] best = search.Run(current is null ? null : Assignment(problem, current, model));
        double value = model.Evaluate(best);
        if (!PlacementModel.Fits(value))
        {
            throw PlacementCheck.Memory(problem, model);
        }

        PlacementPlan plan = Describe(problem, model, best);
        return PlacementModel.Serves(value) ? plan : throw PlacementCheck.Load(problem, plan);
    }

    /// <summary>Returns what becomes of a plan with another load, other times or other devices.</summary>
    /// <param name="problem">The phases, the devices and the load.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>
    /// The plan with the times, waits and loads of the problem; <see langword="null"/> if it does not place each phase on a device of the problem
    /// that can run it and has the memory.
    /// </returns>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    /// <exception cref="PlacementException">The phases cannot be ordered.</exception>
    public static PlacementPlan? Evaluate(PlacementProblem problem, PlacementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(plan);
        var model = new PlacementModel(problem);
        return Assignment(problem, plan, model) is { } at && PlacementModel.Fits(model.Evaluate(at)) ? Describe(problem, model, at) : null;
    }

    static int[]? Assignment(PlacementProblem problem, PlacementPlan plan, PlacementModel model)
    {
        int[] at = new int[problem.Phases.Count];
        for (int i = 0; i < at.Length; i++)
        {
            PlacementPhase phase = problem.Phases[i];
            PlacementRow? row = plan.Phases.FirstOrDefault(row => row.Name == phase.Name);
            at[i] = row is null ? -1 : IndexOf(problem.Devices, row.Device);
            if (at[i] < 0 || !model.CanRun(i, at[i]))
            {
                return null;
            }
        }

        return at;
    }

    static int IndexOf(IReadOnlyList<ComputeDevice> devices, string name)
    {
        for (int d = 0; d < devices.Count; d++)
        {
            if (string.Equals(devices[d].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return d;
            }
        }

        return -1;
    }

    static PlacementPlan Describe(PlacementProblem problem, PlacementModel model, int[] at)
    {
        model.Evaluate(at);
        return new PlacementPlan
        {
            Objective = problem.Objective,
            ArrivalsPerSecond = problem.ArrivalsPerSecond,
            Latency = PhaseTime.ToTime(model.Quantile(model.Latency)),
            MeanLatency = PhaseTime.ToTime(model.Latency.Mean),
            OnTime = model.OnTime(model.Latency) is var share && double.IsNaN(share) ? null : share,
            Phases =
            [
                .. problem.Phases.Select((phase, i) => new PlacementRow(
                    phase.Block, phase.Phase, phase.Name, problem.Devices[at[i]].Name,
                    PhaseTime.ToTime(model.TimeOf(i, at[i])), PhaseTime.ToTime(model.WaitOf(at[i])))),
            ],
            Devices =
            [
                .. problem.Devices.Select((device, d) =>
                    new PlacementUse(device.Name, model.LoadOf(d), (long)Math.Min(model.MemoryOf(d), long.MaxValue / 2.0), device.MemoryBytes)),
            ],
        };
    }
}
