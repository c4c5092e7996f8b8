namespace AgentChain.Simulation;

/// <content>Finds the fewest devices.</content>
public static partial class Simulator
{
    /// <summary>Finds the fewest servers, or the cheapest ones, with which enough turns meet the objective.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="chain">A function that builds the chain, as in <see cref="Run"/>.</param>
    /// <param name="input">A function that makes the chain's input from an arrival.</param>
    /// <param name="arrivals">The arrivals.</param>
    /// <param name="devices">
    /// The devices to choose the numbers of: from <see cref="DeviceGroup.Servers"/> to <see cref="DeviceGroup.MostServers"/>, weighted by
    /// <see cref="DeviceGroup.Cost"/>.
    /// </param>
    /// <param name="options">The target, and the options of each simulation.</param>
    /// <param name="cancellationToken">A token that ends the search.</param>
    /// <returns>The plan. If no configuration meets the target, the plan says so and has the best that was found.</returns>
    /// <exception cref="ArgumentException">There are no devices, or two have the same name.</exception>
    /// <inheritdoc cref="Run" path="/exception"/>
    public static CapacityPlan Plan<TIn, TOut>(
        Func<SimulationSetup, ChainBase<TIn, TOut>> chain,
        Func<Arrival, TIn> input,
        ArrivalTrace arrivals,
        IEnumerable<DeviceGroup> devices,
        PlanOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(devices);
        options ??= new();
        options.Check();
        DeviceGroup[] groups = Groups(devices);
        if (groups.Length == 0)
        {
            throw new ArgumentException("There are no devices to choose the numbers of.", nameof(devices));
        }

        return new PlanSearch(groups, options.Target, options.MaxSimulations, Simulate).Run();

        PlanTrial Simulate(IReadOnlyList<DeviceGroup> configuration)
        {
            SimulationResult result = Run(chain, input, arrivals, configuration, options.Simulation, cancellationToken);
            var trial = new PlanTrial(configuration, result, result.Attainment.Mean >= options.Target);
            try
            {
                options.Progress?.Report(trial);
            }
            catch (Exception)
            {
                // A broken progress bar must not change a plan.
            }

            return trial;
        }
    }

    /// <summary>Finds the fewest servers, or the cheapest ones, on other threads.</summary>
    /// <inheritdoc cref="Plan"/>
    /// <returns>A task that represents the search.</returns>
    public static Task<CapacityPlan> PlanAsync<TIn, TOut>(
        Func<SimulationSetup, ChainBase<TIn, TOut>> chain,
        Func<Arrival, TIn> input,
        ArrivalTrace arrivals,
        IEnumerable<DeviceGroup> devices,
        PlanOptions? options = null,
        CancellationToken cancellationToken = default) => Task.Factory.StartNew(
            () => Plan(chain, input, arrivals, devices, options, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
}
