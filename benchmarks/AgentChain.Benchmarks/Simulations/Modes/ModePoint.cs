using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>A point of the grid: requests of a trace, with limits for the first token and for each further one.</summary>
/// <param name="Trace">The name of the trace.</param>
/// <param name="First">The limit of the first token, in milliseconds.</param>
/// <param name="Each">The limit of each further token, in milliseconds.</param>
/// <param name="Step">The time of a step.</param>
sealed record ModePoint(string Trace, double First, double Each, Func<BatchStep, TimeSpan> Step)
{
    /// <summary>The number of requests at the start that are history: nobody serves them, and the keeper decides from them first.</summary>
    public const int History = 2_000;

    /// <summary>The bandwidth between two GPUs of a machine, over NVLink.</summary>
    const double LinkBytesPerSecond = 450e9;

    /// <summary>The share of the requests that must meet both limits.</summary>
    const double Target = 0.9;

    /// <summary>
    /// Returns the grid: of each trace three limits of the first token, each with a tight limit of the further ones and a loose one. It has the four
    /// points that were known before: 300/25, 500/10 and 1000/12 of the conversations, and 2000/8 of the code.
    /// </summary>
    public static IReadOnlyList<ModePoint> Grid(Func<BatchStep, TimeSpan> step) =>
    [
        new("conversation", 300, 10, step), new("conversation", 500, 10, step), new("conversation", 1000, 12, step),
        new("conversation", 300, 25, step), new("conversation", 500, 25, step), new("conversation", 1000, 50, step),
        new("code", 500, 12, step), new("code", 1000, 12, step), new("code", 2000, 8, step),
        new("code", 500, 25, step), new("code", 1000, 25, step), new("code", 2000, 50, step),
    ];

    /// <summary>Gets each mode alone, that with chunks in each of the default sizes.</summary>
    public static IReadOnlyList<ServingSetup> Setups { get; } =
    [
        new(ServingMode.Colocated), new(ServingMode.Disaggregated),
        .. new ServingOptions(2, LlamaStep.On(DeviceSheet.H100, isAdded: false)).ChunkSizes.Select(size => new ServingSetup(ServingMode.Chunked, size)),
    ];

    /// <summary>Gets the sizes of chunks that the server can be set to.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [.. Setups.Select(setup => setup.ChunkTokens).OfType<int>()];

    /// <summary>Gets the setups that are possible with <see cref="Sizes"/>.</summary>
    public IEnumerable<ServingSetup> Possible => Setups.Where(setup => setup.ChunkTokens is not { } size || Sizes.Contains(size));

    public ServingOptions Options(params IReadOnlyList<ServingMode> modes) => new(2, Step)
    {
        FirstTokenLimit = TimeSpan.FromMilliseconds(First),
        TokenLimit = TimeSpan.FromMilliseconds(Each),
        ChunkSizes = Sizes,
        MaxCachedTokens = 400_000,
        TransferPerToken = TimeSpan.FromSeconds(LlamaStep.CacheBytesPerToken / LinkBytesPerSecond),
        Modes = modes,
    };

    /// <summary>Returns the largest rate at which enough requests meet their limits in a setup.</summary>
    public double Static(IReadOnlyList<Arrival> requests, ServingSetup setup) => Largest(rate =>
        ServingReplay.Run(At(requests, rate).Skip(History), Options(setup.Mode), setup.Mode, setup.ChunkTokens).Attainment);

    /// <summary>Returns the same with what the replay of the last windows chooses; the number of changes at that rate, and the last setup.</summary>
    public ChosenRate Chosen(IReadOnlyList<Arrival> requests, IReadOnlyList<ServingMode> modes)
    {
        ChosenRate chosen = new(0, 0, new(modes[0]));
        double rate = Largest(rate =>
        {
            var keeper = new ServingModeKeeper(Options(modes), modes[0]);
            foreach (Arrival arrival in At(requests, rate).Take(History))
            {
                keeper.Add(arrival);
            }

            int before = keeper.Changes;
            ServingResult result = ServingReplay.Run(At(requests, rate).Skip(History), keeper);
            chosen = result.Attainment >= Target ? new(rate, keeper.Changes - before, keeper.Setup) : chosen;
            return result.Attainment;
        });
        return chosen with { Rate = rate };
    }

    /// <summary>Returns the requests with independent arrivals at a rate, as in DistServe's evaluation.</summary>
    public static IEnumerable<Arrival> At(IReadOnlyList<Arrival> requests, double rate) => ArrivalTrace.Poisson(rate, requests.Count).Read(1)
        .Zip(requests, (arrival, request) => request with { Time = arrival.Time });

    /// <summary>Finds the rate by bisection, within half a percent.</summary>
    static double Largest(Func<double, double> attainment)
    {
        double low = 0.25, high = 0.5;
        while (high < 200 && attainment(high) >= Target)
        {
            (low, high) = (high, high * 2);
        }

        while (high / low > 1.005)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = attainment(middle) >= Target ? (middle, high) : (low, middle);
        }

        return low;
    }
}
