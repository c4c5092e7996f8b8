namespace AgentChain.Simulation;

/// <summary>Replays requests on the devices of a language model, in virtual time. Stateless and thread-safe.</summary>
public static class ServingReplay
{
    /// <summary>Replays requests in a mode, from idle devices.</summary>
    /// <param name="requests">The requests, in order of time; the first one arrives at once.</param>
    /// <param name="options">The devices and the limits.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="chunkTokens">
    /// The size of chunks in the mode <see cref="ServingMode.Chunked"/>; <see langword="null"/> for the middle one of
    /// <see cref="ServingOptions.ChunkSizes"/>.
    /// </param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="mode"/> is not one of <see cref="ServingOptions.Modes"/>, <paramref name="chunkTokens"/> is not one of
    /// <see cref="ServingOptions.ChunkSizes"/> or the mode has no chunks, or a request has a negative time, more than ten million tokens in its
    /// prompt, or more than a million in its answer.
    /// </exception>
    public static ServingResult Run(IEnumerable<Arrival> requests, ServingOptions options, ServingMode mode, int? chunkTokens = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Run(requests, options, options.Possible(mode, chunkTokens), next: null, skip: 0);
    }

    /// <summary>Replays requests and changes the setup as a keeper decides, which gets each request when it arrives.</summary>
    /// <param name="requests">The requests, in order of time.</param>
    /// <param name="keeper">The keeper. It must not be used elsewhere meanwhile.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentNullException">A parameter is <see langword="null"/>.</exception>
    public static ServingResult Run(IEnumerable<Arrival> requests, ServingModeKeeper keeper)
    {
        ArgumentNullException.ThrowIfNull(keeper);
        return Run(requests, keeper.Options, keeper.Setup, keeper.Add, skip: 0);
    }

    /// <param name="requests">The requests.</param>
    /// <param name="options">The devices and the limits.</param>
    /// <param name="setup">The first setup.</param>
    /// <param name="next">Returns the setup from a request on; null for the first one.</param>
    /// <param name="skip">The number of requests at the start that do not count.</param>
    internal static ServingResult Run(
        IEnumerable<Arrival> requests, ServingOptions options, ServingSetup setup, Func<Arrival, ServingSetup>? next, int skip)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return VirtualWorld.Run(async world =>
        {
            var system = new ServingSystem(world, options, setup);
            List<Task<ServedRequest>> served = [];
            TimeSpan? start = null;
            foreach (Arrival arrival in requests)
            {
                ArgumentNullException.ThrowIfNull(arrival, nameof(requests));
                ServedArrival.Check(arrival, nameof(requests));
                start ??= arrival.Time;
                TimeSpan wait = arrival.Time - start.Value - world.Elapsed;
                if (wait > TimeSpan.Zero)
                {
                    await world.Delay(wait);
                }

                if (next is not null)
                {
                    system.Setup = next(arrival);
                }

                served.Add(system.ServeAsync(arrival));
            }

            return new ServingResult(system.Setup, options, [.. (await Task.WhenAll(served)).Skip(skip)]);
        });
    }
}
