using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace AgentChain.Simulation;

/// <summary>
/// Runs a chain's own code in virtual time on recorded or generated arrivals, and tells how many turns meet an objective, how long they
/// take, where their time goes, and how busy the devices are. Stateless and thread-safe.
/// </summary>
/// <remarks>
/// Each seed is a <see cref="VirtualWorld"/> of its own, on a thread of its own. The blocks must be simulated or otherwise wait only through
/// <c>BlockContext.Time</c>; computing takes no simulated time. Nothing is kept of a turn that has ended, so memory does not grow with the
/// number of turns.
/// </remarks>
public static partial class Simulator
{
    /// <summary>Simulates a chain.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="chain">
    /// A function that builds the chain with the options and devices of the setup. It is called once for each seed, at once from several
    /// threads unless <see cref="SimulationOptions.MaxParallel"/> is 1, and must create new blocks for the chain. The chain is disposed at
    /// the end.
    /// </param>
    /// <param name="input">A function that makes the chain's input from an arrival.</param>
    /// <param name="arrivals">The arrivals. Each starts one turn.</param>
    /// <param name="devices">The devices that the function finds in the setup.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">A token that ends the simulation at its next event of a turn.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArrivalTraceException">A row of the trace is broken, or requests wait for each other.</exception>
    /// <exception cref="ArgumentException">Two devices have the same name.</exception>
    /// <exception cref="InvalidOperationException">
    /// The chain was not built with the setup's options, code left virtual time, or a turn waits for something that never happens.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static SimulationResult Run<TIn, TOut>(
        Func<SimulationSetup, ChainBase<TIn, TOut>> chain,
        Func<Arrival, TIn> input,
        ArrivalTrace arrivals,
        IEnumerable<DeviceGroup>? devices = null,
        SimulationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(arrivals);
        options ??= new();
        options.Check();
        DeviceGroup[] groups = Groups(devices);
        ArrivalSummary summary = arrivals.Summary;
        long began = Stopwatch.GetTimestamp();
        var runs = new SimulationRun[options.Seeds];
        string name = "";
        try
        {
            Parallel.For(
                0,
                runs.Length,
                new() { MaxDegreeOfParallelism = options.MaxParallel, CancellationToken = cancellationToken },
                at =>
                {
                    long seed = options.FirstSeed + at;
                    runs[at] = VirtualWorld.Run(world => RunAsync(world, seed, summary));
                });
        }
        catch (AggregateException error)
        {
            // Several seeds usually fail alike. The first exception of the host is the one to see.
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        return new(name, arrivals.Name, options.Objective, runs, Stopwatch.GetElapsedTime(began));

        async Task<SimulationRun> RunAsync(VirtualWorld world, long seed, ArrivalSummary expected)
        {
            using var tally = new RunTally(groups, options.Objective);
            tally.Begin(world.Clock.GetTimestamp());
            foreach (DeviceTally device in tally.Devices)
            {
                device.Create(world.Clock);
            }

            ArrivalGraph? graph = expected.HasDependencies ? new(arrivals.Read(seed), new(arrivals.Name)) : null;
            var setup = new SimulationSetup(world, seed, tally.Devices);
            await using ChainBase<TIn, TOut> built = chain(setup)
                ?? throw new InvalidOperationException("The function that builds the chain returned null.");
            if (built.Options.TimeProvider != world.Clock || built.Options.TaskScheduler != world.Scheduler)
            {
                throw new InvalidOperationException($"The chain '{built.Name}' does not run in virtual time; build it with the options that SimulationSetup.Options returns.");
            }

            name = built.Name;
            var progress = new PlayerProgress(options.Progress, seed, expected.Count);
            var player = new TurnPlayer<TIn, TOut>(world, built, input, options, tally, progress, cancellationToken);
            await player.PlayAsync(arrivals.Read(seed), graph);
            return tally.Result(seed, world.Elapsed);
        }
    }

    /// <summary>Simulates a chain on other threads.</summary>
    /// <inheritdoc cref="Run{TIn,TOut}"/>
    /// <returns>A task that represents the simulation.</returns>
    public static Task<SimulationResult> RunAsync<TIn, TOut>(
        Func<SimulationSetup, ChainBase<TIn, TOut>> chain,
        Func<Arrival, TIn> input,
        ArrivalTrace arrivals,
        IEnumerable<DeviceGroup>? devices = null,
        SimulationOptions? options = null,
        CancellationToken cancellationToken = default) => Task.Factory.StartNew(
            () => Run(chain, input, arrivals, devices, options, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

    static DeviceGroup[] Groups(IEnumerable<DeviceGroup>? devices)
    {
        DeviceGroup[] groups = devices is null ? [] : OptionCheck.NoNulls(devices, nameof(devices));
        return groups.GroupBy(group => group.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new ArgumentException($"Two devices are named '{twice.Key}'; give each group a unique name.", nameof(devices))
            : groups;
    }
}
